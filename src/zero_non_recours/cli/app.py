"""The commands of `znr`."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from zero_non_recours import __version__
from zero_non_recours.caseload.errors import CaseloadError
from zero_non_recours.cli import rules
from zero_non_recours.cli.caseload import caseload
from zero_non_recours.cli.files import InputError, read_households
from zero_non_recours.cli.followup import followup
from zero_non_recours.cli.interview import interview
from zero_non_recours.cli.options import (
    PART_IN_QUARANTINE,
    FiguresOption,
    MonthOption,
    PackOption,
    RightsOption,
    book,
    check_rights,
    outreach_figures,
    resolve_right,
)
from zero_non_recours.cli.plan import plan
from zero_non_recours.cli.ranking_text import ranking_lines
from zero_non_recours.cli.text import screening_lines
from zero_non_recours.cli.timeline import timeline
from zero_non_recours.engine.graph import PlanError
from zero_non_recours.rulebook.diagnostics import RulebookError
from zero_non_recours.rulebook.fields import household_model

app = typer.Typer(
    name="znr",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Estimer les droits sociaux d'un ménage et classer ceux qu'il ne reçoit probablement pas.",
)
app.add_typer(rules.app, name="rules")
app.command()(caseload)
app.command()(followup)
app.command()(interview)
app.command()(plan)
app.command()(timeline)


JsonOption = Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON.")]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FICHIER", help="Ménage(s) en JSON, YAML ou JSON Lines ; « - » : entrée standard.")
]


@app.command()
def screen(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FICHIER…", help="Ménages en JSON, YAML ou JSON Lines ; « - » : entrée standard."),
    ],
    month: MonthOption = None,
    as_json: JsonOption = False,
    right: RightsOption = None,
    pack: PackOption = None,
    draws: Annotated[
        int,
        typer.Option("--draws", min=0, help="Tirages des réponses qui manquent, pour dire si un droit est probable."),
    ] = 256,
) -> None:
    """Estimer les droits d'un ou de plusieurs ménages."""
    from zero_non_recours.screening.screen import Screener
    from zero_non_recours.screening.thresholds.find import first_changes

    rulebook = book(pack)
    screener = Screener(rulebook, str(month), check_rights(rulebook, right))
    households = [household for path in files for household in read_households(path, rulebook)]
    found = [screener.screen(household, draws) for household in households]
    if as_json:
        _say_json([screening.model_dump(mode="json") for screening in found])
        return
    for rank, (household, screening) in enumerate(zip(households, found, strict=True)):
        changes = first_changes(screener, household, screening)
        _say("\n".join([*([""] if rank else []), *screening_lines(screening, changes)]))


@app.command()
def explain(
    file: FileArgument,
    right: Annotated[str, typer.Argument(metavar="DROIT", help="Par exemple rsa ou ppa.")],
    month: MonthOption = None,
    as_json: JsonOption = False,
    detail: Annotated[
        bool, typer.Option("--detail", help="Montrer aussi chaque condition, âge et montant nul.")
    ] = False,
    pack: PackOption = None,
) -> None:
    """Montrer le calcul d'un droit, étape par étape, avec les articles."""
    from zero_non_recours.screening.explain import explain as explain_right

    rulebook = book(pack)
    right = resolve_right(rulebook, right)
    households = read_households(file, rulebook)
    found = [explain_right(h, right, str(month), rulebook=rulebook, detailed=detail) for h in households]
    if as_json:
        _say_json([explanation.model_dump(mode="json") for explanation in found])
    else:
        _say("\n\n".join(str(explanation) for explanation in found))


@app.command()
def rank(
    file: Annotated[
        Path,
        typer.Argument(metavar="FICHIER", help="Ménage(s) en JSON, YAML ou JSON Lines, ou liste de ménages en CSV."),
    ],
    month: MonthOption = None,
    as_json: JsonOption = False,
    right: RightsOption = None,
    pack: PackOption = None,
    detail: Annotated[bool, typer.Option("--detail", help="Montrer pourquoi, avec les taux et leurs sources.")] = False,
    figures: FiguresOption = None,
) -> None:
    """Classer les droits probablement non perçus, avec les raisons et les démarches."""
    from zero_non_recours.outreach.rank import rank_rights

    rulebook = book(pack)
    wanted = check_rights(rulebook, right)
    quarantined = 0
    if file.suffix.lower() in (".csv", ".tsv", ".txt"):
        from zero_non_recours.caseload import read_caseload

        households, quarantined = read_caseload(file, month=str(month), rulebook=rulebook)
    else:
        households = list(read_households(file, rulebook))
    options: Any = {"rulebook": rulebook, "rights": wanted, "parameters": outreach_figures(figures)}
    found = [rank_rights(household, str(month), **options) for household in households]
    if as_json:
        _say_json([ranking.model_dump(mode="json") for ranking in found])
    else:
        for place, ranking in enumerate(found):
            _say("\n".join([*([""] if place else []), *ranking_lines(ranking, brief=len(found) > 1, detail=detail)]))
    if quarantined:
        typer.echo(f"{quarantined} ligne(s) illisibles écartées ; pour les voir : znr caseload.", err=True)
        raise typer.Exit(PART_IN_QUARANTINE)


@app.command()
def schema(pack: PackOption = None) -> None:
    """Écrire le schéma JSON du profil d'un ménage."""
    model = household_model(book(pack))
    typer.echo(json.dumps(model.model_json_schema(), ensure_ascii=False, indent=2, sort_keys=True))


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Écrire la version.")] = False) -> None:
    if version:
        typer.echo(f"zero-non-recours {__version__}")
        raise typer.Exit


def run() -> None:
    """Run the command line; expected failures become a message on standard error and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character still gets the rest
    try:
        app(prog_name="znr")
    except RulebookError as error:
        _fail(str(error))
    except (InputError, PlanError, CaseloadError) as error:
        _fail(str(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _say(text: str) -> None:
    typer.echo(rules.clean(text))


def _say_json(data: list[dict[str, Any]]) -> None:
    """One household as an object, several as a list."""
    typer.echo(json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2, allow_nan=False))


def _fail(message: str) -> None:
    typer.echo(rules.clean(message), err=True)
    sys.exit(1)
