"""`znr followup`: what came of telling households about their rights, as a director reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zero_non_recours.cli.files import InputError
from zero_non_recours.cli.options import PART_IN_QUARANTINE, PackOption, book
from zero_non_recours.cli.rules import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zero_non_recours.outreach.followup.models import Estimate, Followed, FollowUpReport
    from zero_non_recours.outreach.followup.outcomes import Outcomes

MOST_SHOWN = 5
"""Problems shown on the terminal; all of them are in `internal/problems.csv`."""
_HIDDEN = "s"
_QUANTITIES = {"p_missing": "droit manquant", "p_eligible": "droit dû"}


def followup(
    source: Annotated[Path, typer.Argument(metavar="FICHIER", help="Issues : CSV, Excel ou Parquet.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DOSSIER", help="Dossier du rapport et des tableaux.")
    ] = None,
    rounding: Annotated[
        int | None, typer.Option("--round", metavar="N", min=1, help="Arrondir les nombres, par exemple à 5 près.")
    ] = None,
    min_cell: Annotated[
        int | None,
        typer.Option("--min-cell", metavar="N", help="Masquer les nombres de moins de N ménages (11 au moins)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Écrire le rapport en JSON.")] = False,
    pack: PackOption = None,
) -> None:
    """Compter les droits ouverts après un contact, et réestimer les taux locaux de non-recours.

    Aucun nombre de moins de 11 ménages n'est montré. Code de sortie 3 quand des lignes sont écartées.
    """
    from zero_non_recours.outreach.followup import (
        FollowUpError,
        followup_report,
        local_base_rates,
        read_outcomes,
        write_followup,
    )

    try:
        outcomes = read_outcomes(source, rulebook=book(pack))
    except FollowUpError as error:
        raise InputError(str(error)) from None
    try:
        report = followup_report(outcomes, rounding=rounding, min_cell=min_cell)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        typer.echo(json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        typer.echo(clean("\n".join(_lines(report))))
    typer.echo(clean("\n".join(_problems(outcomes))), nl=bool(outcomes.problems), err=True)
    if out is not None:
        try:
            written = write_followup(out, report, outcomes.problems, local_base_rates(outcomes))
        except OSError:
            raise InputError(f"{out.name} : ce dossier ne peut pas être écrit. En choisir un autre.") from None
        typer.echo(clean("\n".join(f"Écrit : {path}" for path in written)), err=as_json)
    if outcomes.rows_set_aside:
        raise typer.Exit(PART_IN_QUARANTINE)


def _lines(report: FollowUpReport) -> Iterable[str]:
    if report.first_month is None:
        yield "Aucune issue à compter dans ce fichier."
    else:
        yield f"Suivi de {report.first_month} à {report.last_month} : {_number(report.households)} ménages."
    total = report.total
    yield f"Droits ouverts : {_number(total.counts['awarded'])}, pour {_euros(total.monthly_euros)} par mois en tout."
    if total.mean_euros is not None:
        yield f"Un droit ouvert rapporte en moyenne {_interval(total.mean_euros)} € par mois."
    if report.objections != 0:
        yield f"Ménages qui s'opposent au contact : {_number(report.objections)} ; rien d'autre n'est gardé d'eux."
    for title, parts in (("Par droit", (*report.by_right, total)), ("Par territoire", report.by_territory)):
        if parts:
            yield ""
            yield from _table(title, parts)
    shown = [p for p in report.by_right_and_territory if p.awarded]
    if shown:
        yield ""
        yield "Droits ouverts par droit et par territoire (les autres cases sont masquées ou nulles)"
        yield from (f"  {p.label} : {p.awarded}, {_euros(p.monthly_euros)} par mois" for p in shown)
    yield ""
    yield from _shares(total)
    for found in report.calibration:
        yield _calibration(found.label, found.quantity, found.predicted, found.observed, found.alert)
    yield ""
    yield from (f"- {note}" for note in report.notes)


def _table(title: str, parts: Iterable[Followed]) -> Iterable[str]:
    headers = ("informés", "demandes", "ouverts", "€ par mois", "demandes parmi les informés")
    rows: list[tuple[str, ...]] = [(title, *headers)]
    for part in parts:
        counts = [_number(part.counts[stage]) for stage in ("informed", "claimed", "awarded")]
        rows.append((part.label, *counts, _number(part.monthly_euros), _share(part.shares["claimed_of_informed"])))
    widths = [max(len(row[rank]) for row in rows) for rank in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _shares(total: Followed) -> Iterable[str]:
    yield "Ce que deviennent les demandes (intervalle à 95 %)"
    for name, label in (("awarded", "droit ouvert"), ("refused", "refus"), ("abandoned", "abandon")):
        share = total.shares[f"{name}_of_claimed"]
        yield f"  {label} : {_number(total.counts[name])}" + (f", soit {_share(share)}" if share else "")


def _calibration(label: str, quantity: str, predicted: float, observed: Estimate, alert: bool) -> str:
    warned = " — écart à examiner" if alert else ""
    return (
        f"{label}, {_QUANTITIES[quantity]} : {_percent(predicted)} estimé, {_percent(observed.value)} constaté "
        f"({_percent(observed.low)} à {_percent(observed.high)}){warned}"
    )


def _problems(outcomes: Outcomes) -> Iterable[str]:
    yield from (str(problem) for problem in outcomes.problems[:MOST_SHOWN])
    if len(outcomes.problems) > MOST_SHOWN:
        yield f"… et {len(outcomes.problems) - MOST_SHOWN} autre(s) problème(s) : --out DOSSIER les écrit tous."


def _share(share: Estimate | None) -> str:
    if share is None:
        return _HIDDEN
    return f"{_percent(share.value)} ({_percent(share.low)} à {_percent(share.high)})"


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %"


def _interval(found: Estimate) -> str:
    return f"{_number(found.value)} (entre {_number(found.low)} et {_number(found.high)})"


def _euros(value: float | None) -> str:
    return "un montant masqué" if value is None else f"{_number(value)} €"


def _number(value: float | None) -> str:
    return _HIDDEN if value is None else f"{value:,.0f}".replace(",", "\u202f")
