"""Differences that touch RSA or the prime d'activité."""

from . import household, claimants, incomes  # noqa: F401, I001
