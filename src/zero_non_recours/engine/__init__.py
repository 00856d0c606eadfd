"""Evaluates a rulebook: one graph per month of right, several readings that agree."""
