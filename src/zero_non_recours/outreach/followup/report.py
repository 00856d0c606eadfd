"""Reports what came of telling households about rights, without a small cell and with intervals."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from statistics import fmean

from zero_non_recours.outreach.followup.calibration import SETTLED, Limits, calibrations
from zero_non_recours.outreach.followup.counts import (
    ALL,
    NO_TERRITORY,
    OTHER_TERRITORIES,
    Breakdown,
    Group,
    Tables,
    grouped_territories,
    reason_count,
    tables_of,
)
from zero_non_recours.outreach.followup.intervals import mean_interval, wilson
from zero_non_recours.outreach.followup.models import (
    VERSION,
    Estimate,
    Followed,
    FollowUpReport,
    Opened,
    RefusalReason,
)
from zero_non_recours.outreach.followup.outcomes import Case, Outcomes
from zero_non_recours.outreach.followup.vocabulary import REASONS, STAGES, UNTOLD
from zero_non_recours.outreach.parameters import OutreachParameters, default_outreach_parameters

BREAKDOWNS: tuple[Breakdown, ...] = ("right", "territory", "both")
SHARES: Mapping[str, tuple[str, str]] = {
    "claimed_of_informed": ("claimed", "informed"),
    "awarded_of_informed": ("awarded", "informed"),
    "awarded_of_claimed": ("awarded", "claimed"),
    "refused_of_claimed": ("refused", "claimed"),
    "abandoned_of_claimed": ("abandoned", "claimed"),
}
"""The shares of the report: what is counted, among what."""
EVERYTHING = "Ensemble"


def followup_report(
    outcomes: Outcomes,
    *,
    min_cell: int | None = None,
    rounding: int | None = None,
    groups: Collection[Breakdown] = BREAKDOWNS,
    parameters: OutreachParameters | None = None,
) -> FollowUpReport:
    """Count what came of the cases: rights opened, euros a month, and how far the others went.

    A count of fewer than `min_cell` households is hidden, with others so that it cannot be computed back; euros also
    when one household makes nearly all of them (`dominance`). A hidden number is `None`. Shares and means have 95 %
    intervals (Wilson, Student), from published numbers only.

    Args:
        outcomes: what `read_outcomes` found.
        min_cell: households under which a count is hidden; default and least: that of the parameters.
        rounding: publish counts and euros to the nearest multiple of it.
        groups: which tables to publish; `both` needs the other two, which come with it. Fewer tables hide less.
        parameters: default: the shipped ones.

    Raises:
        ValueError: a minimum under that of the parameters, a rounding that is not positive, an unknown table.
    """
    figures = parameters or default_outreach_parameters()
    least, verdict = round(figures.thresholds.min_cell.value), round(figures.thresholds.min_verdict.value)
    dominance = figures.thresholds.dominance.value
    minimum = least if min_cell is None else min_cell
    if minimum < least:
        raise ValueError(f"le nombre minimal de ménages par case ne descend pas sous {least}")
    if rounding is not None and rounding < 1:
        raise ValueError("l'arrondi est un nombre entier positif")
    if unknown := set(groups) - set(BREAKDOWNS):
        raise ValueError(f"tableaux inconnus : {', '.join(sorted(unknown))} ; connus : {', '.join(BREAKDOWNS)}")
    cases = grouped_territories(outcomes.cases, minimum)
    tables = tables_of(cases, groups, minimum, dominance)
    writer = _Writer(cases, tables, outcomes.labels, rounding, verdict)
    margins = [group for group in tables.groups if None in group]
    labels = {None: EVERYTHING, **outcomes.labels}
    told = [g[0] for g in margins if g[1] is None and all(tables.count(g, leaf) is not None for leaf in SETTLED)]
    limits = Limits(minimum, verdict, figures.thresholds.calibration_gap.value)
    return FollowUpReport(
        version=VERSION,
        minimum_cell=minimum,
        rounding=rounding,
        first_month=min((f"{case.first:%Y-%m}" for case in cases), default=None),
        last_month=max((f"{case.last:%Y-%m}" for case in cases), default=None),
        households=_alone(len({case.household for case in cases}), minimum, rounding),
        objections=_alone(outcomes.objections, minimum, rounding),
        rows=outcomes.rows,
        rows_set_aside=outcomes.rows_set_aside,
        total=writer.followed(ALL),
        by_right=tuple(writer.followed(group) for group in margins if group[0]),
        by_territory=tuple(writer.followed(group) for group in margins if group[1]),
        by_right_and_territory=tuple(writer.opened(r, t) for r, t in tables.groups if r and t),
        refusal_reasons=writer.reasons(),
        calibration=calibrations(cases, labels, told, limits),
        notes=tuple(_notes(outcomes, cases, minimum, dominance, rounding)),
    )


class _Writer:
    """Writes the parts of a report from its tables."""

    def __init__(
        self, cases: Sequence[Case], tables: Tables, labels: Mapping[str, str], rounding: int | None, verdict: int
    ) -> None:
        self.cases, self.tables, self.labels = cases, tables, labels
        self.rounding, self.verdict = rounding, verdict

    def followed(self, group: Group) -> Followed:
        counts = {stage: _rounded(self.tables.count(group, stage), self.rounding) for stage in STAGES}
        informed = sum(_in(case, group) for case in self.cases)
        return Followed(
            right=group[0],
            territory=group[1],
            label=self._label(group),
            counts=counts,
            monthly_euros=self._euros(group),
            mean_euros=self._mean(group),
            shares={name: _share(counts[part], counts[whole]) for name, (part, whole) in SHARES.items()},
            few=informed < self.verdict,
        )

    def opened(self, right: str, territory: str) -> Opened:
        group = (right, territory)
        awarded = _rounded(self.tables.count(group, "awarded"), self.rounding)
        label = f"{self.labels.get(right, right)}, {territory}"
        return Opened(right=right, territory=territory, label=label, awarded=awarded, monthly_euros=self._euros(group))

    def reasons(self) -> tuple[RefusalReason, ...]:
        return tuple(
            RefusalReason(reason=code, label=label, count=_rounded(reason_count(self.tables, code), self.rounding))
            for code, label in {**REASONS, UNTOLD: "motif non précisé"}.items()
        )

    def _label(self, group: Group) -> str:
        right, territory = group
        return self.labels.get(right, right) if right else territory or EVERYTHING

    def _euros(self, group: Group) -> float | None:
        euros = self.tables.euros.get(group)
        return None if euros is None else float(_nearest(euros, self.rounding or 1))

    def _mean(self, group: Group) -> Estimate | None:
        amounts = [case.monthly for case in self.cases if _in(case, group) and case.monthly is not None]
        if group not in self.tables.euros or not amounts:
            return None
        low, high = mean_interval(amounts)
        ends = (fmean(amounts), max(0.0, low), high)
        value, low, high = (float(_nearest(end, self.rounding or 1)) for end in ends)
        return Estimate(value=value, low=low, high=high)


def _in(case: Case, group: Group) -> bool:
    return group[0] in (None, case.right) and group[1] in (None, case.territory)


def _nearest(value: float, base: int) -> int:
    """The nearest multiple of a base, halves up."""
    return math.floor(value / base + 0.5) * base


def _rounded(count: int | None, base: int | None) -> int | None:
    return count if count is None or base is None else _nearest(count, base)


def _alone(count: int, minimum: int, base: int | None) -> int | None:
    """A count that stands in no table."""
    return None if 0 < count < minimum else _rounded(count, base)


def _share(part: int | None, whole: int | None) -> Estimate | None:
    if part is None or not whole:
        return None
    low, high = wilson(part, whole)
    return Estimate(value=round(part / whole, 3), low=round(low, 3), high=round(high, 3))


def _notes(
    outcomes: Outcomes, cases: Sequence[Case], minimum: int, dominance: float, rounding: int | None
) -> list[str]:
    notes = [
        "Un droit ouvert après un contact ne l'est pas toujours grâce à lui : une partie l'aurait été sans contact.",
        "Les intervalles à 95 % disent la part du hasard, pas le choix des ménages contactés.",
        f"« s » : nombre masqué (moins de {minimum} ménages, ou un nombre qui permettrait d'en retrouver un) ; "
        f"pour des euros, aussi quand un seul ménage en fait plus de {dominance * 100:.0f} %.",
    ]
    if rounding:
        notes.append(f"Nombres et euros arrondis à {rounding} près : un total peut différer de la somme de ses parts.")
    names = {case.territory for case in cases}
    if OTHER_TERRITORIES in names:
        notes.append(
            f"Les territoires de moins de {minimum} ménages sont réunis, avec le plus petit des autres s'il le faut : "
            f"« {OTHER_TERRITORIES} »."
        )
    if NO_TERRITORY in names:
        notes.append("Des lignes ne disent pas leur territoire.")
    if any(case.leaf == "awarded" and case.monthly is None for case in cases):
        notes.append("Des droits ouverts n'ont pas de montant : les euros sont un minimum.")
    if outcomes.rows_set_aside:
        notes.append(
            f"{outcomes.rows_set_aside} ligne(s) écartée(s), à corriger dans le fichier : elles ne sont pas comptées."
        )
    if outcomes.ignored:
        notes.append(f"Colonnes non lues : {', '.join(outcomes.ignored)}.")
    return notes
