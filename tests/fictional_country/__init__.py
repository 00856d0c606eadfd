from pathlib import Path

ARCHIPELAGO = Path(__file__).resolve().parent / "archipel"
"""A small whole set of rules in which answers are read in a table."""
