"""Reads `rules/`: YAML with positions, the expression language, its checks and the dependency graph."""
