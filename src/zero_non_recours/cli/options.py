"""What the commands have in common: the month, the rights, the rules."""

from __future__ import annotations

import datetime
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from zero_non_recours.cli.files import InputError
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook.diagnostics import nearest
from zero_non_recours.rulebook.loader import default_rulebook, load_rulebook
from zero_non_recours.rulebook.model import Rulebook

if TYPE_CHECKING:
    from zero_non_recours.outreach.parameters import OutreachParameters

PART_IN_QUARANTINE = 3
"""Exit code of a command that set rows of a caseload aside."""


def given_month(value: str | None) -> str:
    """The month of an option, or the current one; another text is a usage error."""
    if value is None:
        return datetime.datetime.now(tz=ZoneInfo("Europe/Paris")).strftime("%Y-%m")
    try:
        parse_month(value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    return value


MonthOption = Annotated[
    str | None,
    typer.Option(
        "--month", metavar="AAAA-MM", help="Mois du droit ; par défaut, le mois en cours.", callback=given_month
    ),
]
PackOption = Annotated[
    list[Path] | None, typer.Option("--pack", metavar="DOSSIER", help="Dossier de règles locales à ajouter.")
]
FiguresOption = Annotated[
    Path | None,
    typer.Option("--figures", metavar="DOSSIER", help="Taux, effets et coûts locaux, à la place de ceux fournis."),
]
RightsOption = Annotated[
    list[str] | None, typer.Option("--right", metavar="DROIT", help="Limiter à ce droit (option répétable).")
]


def book(packs: list[Path] | None) -> Rulebook:
    """The shipped rules, with local packs on top."""
    return load_rulebook(packs=packs) if packs else default_rulebook()


def outreach_figures(folder: Path | None) -> OutreachParameters:
    """The figures of outreach: the shipped ones, or those of a folder."""
    from zero_non_recours.outreach.parameters import default_outreach_parameters, load_outreach_parameters

    return default_outreach_parameters() if folder is None else load_outreach_parameters(folder)


def check_rights(rulebook: Rulebook, rights: list[str] | None) -> list[str] | None:
    """The names of the rights asked for, or an error that names the nearest one."""
    return None if rights is None else list(dict.fromkeys(resolve_right(rulebook, name) for name in rights))


def resolve_right(rulebook: Rulebook, name: str) -> str:
    """The right that a person calls by its name, its label or its folder, in any case.

    Raises:
        InputError: no right is called so, or several are.
    """
    if name in rulebook.rights:
        return name
    wanted = _plain(name)
    for called in (
        lambda r: (r.name,),
        lambda r: (r.label, r.label.partition("(")[0], r.pack, r.name.rpartition(".")[2]),
    ):
        found = [r.name for r in rulebook.rights.values() if wanted in map(_plain, called(r))]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(f"plusieurs droits s'appellent « {name[:40]} » : {', '.join(found)}.")
    near = nearest(name.lower(), rulebook.rights) or f"Droits : {', '.join(rulebook.rights)}."
    raise InputError(f"aucun droit ne s'appelle « {name[:40]} ». {near}")


def _plain(name: str) -> str:
    """A name without accents, case or punctuation."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.split())
