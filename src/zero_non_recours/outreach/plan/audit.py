"""Whether a plan reaches some groups less than others; groups come from the caller and are read nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zero_non_recours.outreach.plan.bootstrap import resampled_sums
from zero_non_recours.outreach.plan.errors import PlanningError
from zero_non_recours.outreach.plan.figures import PlanFigures
from zero_non_recours.outreach.plan.measures import Measured, measures_of
from zero_non_recours.outreach.plan.table import CandidateTable

Groups = Mapping[str, Mapping[str, object]]
"""By key of a household: its label in each family of groups, such as `{"tranche_age": "25-34"}`."""
Truth = Mapping[str, Mapping[str, float]]
"""By key of a household: the euros of each right found missing afterwards; empty when none was."""
FILES = "dossier"
"""The family that is always audited: whether the file of the household is complete."""
COMPLETE, INCOMPLETE = "complet", "incomplet"
UNKNOWN = "non renseigné"
REACH, CALIBRATION = "acces", "ecart_calibration"
ALERT, NO_ALERT, NO_VERDICT = "alerte", "sans_alerte", "effectif_insuffisant"
_INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of a group, and how it differs from that of all the others.

    Attributes:
        value: of the group; `None`: too few households.
        difference: group less others, with its 95 % interval (bootstrap).
    """

    value: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class GroupAudit:
    """What a plan does for a group.

    Attributes:
        family: the family of groups, such as `dossier`.
        group: its label.
        households: how many there are; `None` when they are too few to be shown.
        measures: by name (`measures.MEASURES`); empty when they are too few.
        reach_ratio: its reach over that of all the others.
        verdict: `alerte`, `sans_alerte` or `effectif_insuffisant`.
        sentences: what there is to read, in French.
    """

    family: str
    group: str
    households: int | None
    measures: Mapping[str, Measure]
    reach_ratio: float | None
    verdict: str
    sentences: tuple[str, ...]

    def model_dump(self) -> dict[str, Any]:
        """The JSON shape of the audit of a group."""
        return {
            "family": self.family,
            "group": self.group,
            "households": self.households,
            "measures": {
                name: {"value": m.value, "difference": m.difference, "low": m.low, "high": m.high}
                for name, m in self.measures.items()
            },
            "reach_ratio": self.reach_ratio,
            "verdict": self.verdict,
            "sentences": list(self.sentences),
        }


def families_of(table: CandidateTable, groups: Groups | None) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """The labels of each family, sorted, and the place among them of each household's.

    Raises:
        PlanningError: the caller's groups have the name of the family that is always audited.
    """
    files = [COMPLETE if candidate.complete else INCOMPLETE for candidate in table.candidates]
    found = {FILES: _numbered(files)}
    groups = groups or {}
    for family in sorted({name for labels in groups.values() for name in labels}):
        if family == FILES:
            raise PlanningError(
                "groupe-reserve", f"La famille de groupes « {FILES} » est déjà celle des dossiers complets ou non.",
                "Lui donner un autre nom.",
            )  # fmt: skip
        found[family] = _numbered([_label(groups.get(c.key, {}).get(family)) for c in table.candidates])
    return found


def audit_groups(
    table: CandidateTable,
    helped: np.ndarray,
    ranks: np.ndarray,
    figures: PlanFigures,
    seed: int,
    *,
    groups: Groups | None = None,
    truth: Truth | None = None,
) -> tuple[GroupAudit, ...]:
    """The audit of a plan by group, files complete or not first.

    Args:
        table: the candidates.
        helped: those who get more than information.
        ranks: place of each in the plan; NaN for those without one.
        figures: sizes and thresholds of alert.
        seed: of the resamples.
        groups: labels of the households.
        truth: what was found missing afterwards; measures are then those of what is true, else of what is expected.
    """
    measured = measures_of(table, helped, ranks, truth)
    families = families_of(table, groups)
    offsets = np.cumsum([0, *(len(labels) for labels, _ in families.values())])
    members = np.zeros((len(table), int(offsets[-1]) + 1), np.bool_)
    members[:, -1] = True
    for offset, (_, places) in zip(offsets, families.values(), strict=False):
        members[np.arange(len(table)), offset + places] = True
    sums = members.T.astype(np.float64) @ measured.columns
    draws = resampled_sums([candidate.key for candidate in table.candidates], measured.columns, members, seed)
    found: list[GroupAudit] = []
    for offset, (family, (labels, places)) in zip(offsets, families.items(), strict=False):
        sizes = np.bincount(places, minlength=len(labels))
        hidden = _hidden(sizes, figures.min_cell)
        for rank, label in enumerate(labels):
            if hidden[rank]:
                found.append(GroupAudit(family, label, None, {}, None, NO_VERDICT, (_TOO_FEW,)))
                continue
            at = int(offset) + rank
            own = (sums[at], draws[:, at])
            others = (sums[-1] - sums[at], draws[:, -1] - draws[:, at])
            found.append(_audited(family, label, int(sizes[rank]), len(table), measured, own, others, figures))
    return tuple(found)


_Sums = tuple[np.ndarray, np.ndarray]
_TOO_FEW = "Effectif trop petit : rien n'est montré."


def _audited(
    family: str, label: str, size: int, total: int, measured: Measured, own: _Sums, others: _Sums, figures: PlanFigures
) -> GroupAudit:
    """The audit of one group large enough to be shown."""
    measures: dict[str, Measure] = {}
    for name in measured.names:
        value, values = measured.ratio(name, own, figures.min_cell)
        other, other_values = measured.ratio(name, others, figures.min_cell)
        if value is None or other is None or values is None or other_values is None:
            measures[name] = Measure(_rounded(value))
            continue
        gaps = values - other_values
        gaps = gaps[np.isfinite(gaps)]
        low, high = np.percentile(gaps, _INTERVAL) if len(gaps) else (None, None)
        measures[name] = Measure(_rounded(value), _rounded(value - other), _rounded(low), _rounded(high))
    reach, gap = measures[REACH], measures.get(CALIBRATION)
    ratio = None
    if reach.value is not None and reach.difference is not None and reach.value - reach.difference > 0:
        ratio = round(reach.value / (reach.value - reach.difference), 3)
    if min(size, total - size) < figures.min_verdict:
        return GroupAudit(family, label, size, measures, ratio, NO_VERDICT, (_TOO_FEW_TO_JUDGE,))
    sentences: list[str] = []
    if ratio is not None and ratio < figures.reach_ratio:
        doubt = "" if reach.high is not None and reach.high < 0 else " ; l'écart peut être dû au hasard"
        sentences.append(
            f"Atteint {_number(ratio)} fois autant que les autres "
            f"(seuil d'alerte {_number(figures.reach_ratio)}){doubt}."
        )
    if gap is not None and gap.difference is not None and abs(gap.difference) > figures.calibration_gap:
        word = "plus" if gap.difference > 0 else "moins"
        sentences.append(
            f"Les droits manquants y sont annoncés {word} souvent que chez les autres, à réalité égale "
            f"(écart {_number(abs(gap.difference))}, seuil d'alerte {_number(figures.calibration_gap)})."
        )
    return GroupAudit(family, label, size, measures, ratio, ALERT if sentences else NO_ALERT, tuple(sentences))


_TOO_FEW_TO_JUDGE = "Effectif trop petit pour conclure."


def _hidden(sizes: np.ndarray, least: int) -> np.ndarray:
    """The groups not shown: the small ones, and as many others as needed so that none follows from the total."""
    hidden = sizes < least
    while hidden.any() and not hidden.all() and (sizes[hidden].sum() < least or hidden.sum() < 2):
        smallest = np.where(hidden, np.iinfo(np.int64).max, sizes).argmin()
        hidden[smallest] = True
    return hidden


def _numbered(labels: list[str]) -> tuple[tuple[str, ...], np.ndarray]:
    known = tuple(sorted(set(labels)))
    places = {label: place for place, label in enumerate(known)}
    return known, np.array([places[label] for label in labels], np.int64)


def _label(value: object) -> str:
    """A label as text; nothing given is a label of its own."""
    text = "" if value is None else str(value).strip()
    return text or UNKNOWN


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 3) + 0.0


def _number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
