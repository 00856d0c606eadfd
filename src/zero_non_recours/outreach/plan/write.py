"""Writes a plan: the lines to follow, the audit, and all of it as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from zero_non_recours.outreach.plan.errors import PlanningError
from zero_non_recours.outreach.plan.measures import MEASURES
from zero_non_recours.outreach.plan.result import Plan, Step

PLAN, AUDIT, WHOLE = "plan.csv", "audit.csv", "plan.json"
FILES: Mapping[str, str] = {
    PLAN: "les ménages dans l'ordre, avec quoi faire et pourquoi",
    AUDIT: "ce que le plan fait pour chaque groupe",
    WHOLE: "tout le plan, pour un logiciel",
}
"""The files of a plan, and what they hold."""
STEP_WORDS: Mapping[Step, str] = {
    "appointment": "rendez-vous",
    "follow_up": "suivi",
    "call": "appel",
    "letter": "courrier",
    "message": "message",
    "none": "rien",
}
"""Steps as they are read."""
PLAN_COLUMNS = (
    "rang", "menage_id", "etape", "appeler_d_abord", "action", "droits", "minutes", "gain_estime", "tire_au_sort",
    "pourquoi",
)  # fmt: skip
AUDIT_COLUMNS = (
    "famille", "groupe", "menages", "mesure", "libelle", "valeur", "ecart_aux_autres", "ecart_bas", "ecart_haut",
    "rapport_d_acces", "verdict", "lecture",
)  # fmt: skip
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def write_plan(plan: Plan, directory: Path) -> None:
    """Write the files of a plan in a folder, made if needed; those of an earlier plan are replaced.

    Raises:
        PlanningError: the folder cannot be written in.
    """
    texts = {
        PLAN: _table(PLAN_COLUMNS, _plan_rows(plan)),
        AUDIT: _table(AUDIT_COLUMNS, _audit_rows(plan)),
        WHOLE: plan.model_dump_json(indent=1) + "\n",
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            partial = directory / f"{name}.partiel"
            partial.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
            partial.replace(directory / name)
    except OSError as error:
        raise PlanningError(
            "dossier", "Le dossier des résultats ne peut pas être écrit.", "Vérifier son nom, ses droits et la place."
        ) from error


def _plan_rows(plan: Plan) -> Iterable[Sequence[object]]:
    for entry in plan.entries:
        yield (
            "" if entry.rank is None else entry.rank,
            _neutral(entry.key),
            STEP_WORDS[entry.step],
            _yes(entry.call_first),
            entry.action or "",
            " ; ".join(entry.rights),
            f"{entry.minutes:g}",
            f"{entry.gain:.0f}",
            _yes(entry.drawn_at_random),
            entry.why,
        )


def _audit_rows(plan: Plan) -> Iterable[Sequence[object]]:
    for group in plan.audit:
        head = (_neutral(group.family), _neutral(group.group), "" if group.households is None else group.households)
        tail = ("" if group.reach_ratio is None else group.reach_ratio, group.verdict, " ".join(group.sentences))
        if not group.measures:
            yield (*head, "", "", "", "", "", "", *tail)
        for name, measure in group.measures.items():
            numbers = (measure.value, measure.difference, measure.low, measure.high)
            yield (*head, name, MEASURES[name], *("" if number is None else number for number in numbers), *tail)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RISKY) else text


def _yes(value: bool) -> str:
    return "oui" if value else "non"
