"""`znr`, the command line."""

from __future__ import annotations


def main() -> None:
    """Run `znr`; every expected failure ends with a message and an exit code, never a traceback."""
    from zero_non_recours.cli.app import run

    run()
