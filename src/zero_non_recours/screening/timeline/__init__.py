"""The rights of a household month by month, as time passes."""
