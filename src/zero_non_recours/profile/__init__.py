"""The household as a caller describes it: fields, presence, months, validation in French, JSON Schema."""
