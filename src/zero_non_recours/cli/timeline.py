"""`znr timeline`: the rights of households month by month."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap
from typing import Annotated

import typer

from zero_non_recours.cli.files import read_households
from zero_non_recours.cli.options import PackOption, RightsOption, book, check_rights, given_month
from zero_non_recours.cli.rules import clean
from zero_non_recours.profile.periods import parse_month, show_month
from zero_non_recours.screening.sentences import ESTIMATE, status_sentence
from zero_non_recours.screening.timeline.months import span
from zero_non_recours.screening.timeline.months import timeline as timeline_of
from zero_non_recours.screening.timeline.result import Change, Run, Timeline, amount_text
from zero_non_recours.screening.wording import month_name, of_month

WIDTH = 100
MONTHS_AHEAD = 6


def timeline(
    file: Annotated[
        Path,
        typer.Argument(metavar="FICHIER", help="Ménage(s) en JSON, YAML ou JSON Lines ; « - » : entrée standard."),
    ],
    from_month: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="AAAA-MM", help="Premier mois ; par défaut, le mois en cours.", callback=given_month
        ),
    ] = None,
    to_month: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="AAAA-MM",
            help="Dernier mois ; par défaut, six mois après le premier.",
            callback=lambda value: None if value is None else given_month(value),
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON.")] = False,
    right: RightsOption = None,
    pack: PackOption = None,
) -> None:
    """Suivre les droits mois par mois, si rien ne change que le temps : ce qui s'ouvre, se ferme, et pourquoi."""
    first = str(from_month)
    last = to_month or show_month(parse_month(first) + MONTHS_AHEAD)
    try:
        span(first, last)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--to") from None
    rulebook = book(pack)
    rights = check_rights(rulebook, right)
    found = [timeline_of(h, first, last, rulebook=rulebook, rights=rights) for h in read_households(file, rulebook)]
    if as_json:
        data = [one.model_dump(mode="json") for one in found]
        text = json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2, allow_nan=False)
        typer.echo(text)
        return
    typer.echo("\n\n".join(clean("\n".join(timeline_lines(one))) for one in found))


def timeline_lines(found: Timeline) -> Iterable[str]:
    """One household's rights: each over the months, what changes, what was supposed."""
    first, last = (parse_month(month.month) for month in (found.months[0], found.months[-1]))
    name = found.months[0].id or "sans identifiant"
    yield f"Ménage {name} — droits {of_month(first)} à {month_name(last)}, si rien ne change que le temps"
    for note in found.notes:
        yield from _wrapped(f"Attention : {note}")
    for right in found.rights:
        yield ""
        yield from _right_lines(found, right)
    yield ""
    yield "Ce qui change" if found.changes else "Rien ne change d'un mois à l'autre."
    for change in found.changes:
        yield from _change_lines(change)
    if found.assumptions:
        yield ""
        yield "Supposé pour les mois à venir"
        for assumption in found.assumptions:
            yield from _wrapped(assumption, "  - ")
    yield ""
    yield ESTIMATE


def _right_lines(found: Timeline, right: str) -> Iterator[str]:
    runs = found.runs(right)
    labels = [_months(run) for run in runs]
    yield next(run.result.label for run in runs if run.result is not None)
    for run, label in zip(runs, labels, strict=True):
        yield from _wrapped(_said(run), f"  {label:<{max(map(len, labels))}} : ")
    if (opening := found.next_opening(right)) is not None:
        yield from _wrapped(opening.sentence, "  → ")


def _change_lines(change: Change) -> Iterator[str]:
    yield from _wrapped(change.sentence, "  - ")
    for condition in change.conditions:
        yield from _wrapped(condition.sentence, "      ")
    for move in change.moved:
        yield from _wrapped(f"{move.label} : {move.before} → {move.after}", "      ")


def _months(run: Run) -> str:
    """« novembre 2026 → janvier 2027 »."""
    first, last = month_name(parse_month(run.first)), month_name(parse_month(run.last))
    return first if first == last else f"{first} → {last}"


def _said(run: Run) -> str:
    if run.result is None:
        return "non calculé"
    match run.result.status:
        case "eligible":
            return amount_text(run.result.amount)
        case "not_eligible":
            return "pas de droit" + (f", {run.result.near_miss}" if run.result.near_miss else "")
        case _:
            return status_sentence(run.result)


def _wrapped(text: str, margin: str = "") -> list[str]:
    """A text on lines that a terminal shows whole."""
    return wrap(text, WIDTH, initial_indent=margin, subsequent_indent=" " * len(margin), break_long_words=False)
