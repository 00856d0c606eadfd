"""Talks with a person in a terminal, or with lines of standard input."""

from __future__ import annotations

import shutil
import sys
import textwrap
from contextlib import suppress
from importlib import import_module
from typing import Any

import typer

from zero_non_recours.cli.replies import order_of
from zero_non_recours.cli.rules import clean

WIDTH = 100
"""The longest line in a terminal."""
ORDERS = "? : aide · nsp : on ne sait pas · refus : ne veut pas le dire · retour : question d'avant · fin : arrêter"


class Stop(Exception):
    """The person wants to stop, or there is nothing more to read."""


class GoBack(Exception):
    """The person wants the question before."""


class Dialogue:
    """Says and asks; what comes from a file is shown, never obeyed by the terminal."""

    def __init__(self) -> None:
        if sys.stdin.isatty():
            with suppress(ImportError):  # arrows and history while typing, where the system has them
                import_module("readline")

    def say(self, text: str) -> None:
        """A line."""
        self._write(text)

    def title(self, text: str, detail: str) -> None:
        """A question, with whose answer it is and for which months."""
        self._write(f"{text} ({detail})" if detail else text, bold=True)

    def dim(self, text: str) -> None:
        """A line that helps, less visible."""
        self._write(f"   {text}", dim=True)

    def wrong(self, cause: str) -> None:
        """Why a reply is refused."""
        self._write(f"   Réponse refusée : {cause}", fg="red")

    def _write(self, text: str, **style: Any) -> None:
        """A line, on several where a terminal is narrower."""
        text = clean(text)
        if sys.stdout.isatty():
            margin = text[: len(text) - len(text.lstrip())]
            width = max(20, min(WIDTH, shutil.get_terminal_size().columns))
            indent = f"{margin}  " if margin else ""
            text = textwrap.fill(text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
        typer.echo(typer.style(text, **style) if style else text)

    def reply(self, expected: str, more: str = "") -> str:
        """A reply that is not empty, after what is expected; « ? » says `more` and asks again.

        Raises:
            Stop: « fin », Ctrl-C, or the end of the input.
            GoBack: « retour ».
        """
        self.dim(f"Attendu : {expected}")
        while True:
            try:
                text = str(typer.prompt("  ", default="", show_default=False, prompt_suffix=" > ")).strip()
            except (typer.Abort, EOFError, KeyboardInterrupt):
                self.say("")
                raise Stop from None
            if not sys.stdin.isatty():
                self.say(text)  # as a terminal shows what is typed
            match order_of(text):
                case "stop":
                    raise Stop
                case "back":
                    raise GoBack
                case "help":
                    for line in (more, ORDERS, f"Attendu : {expected}"):
                        if line:
                            self.dim(line)
                case _ if text:
                    return text
                case _:
                    self.dim("Pas de réponse : taper nsp si on ne sait pas, ? pour de l'aide, fin pour arrêter.")
