"""Counts the cases of a follow-up in tables whose small cells are hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from zero_non_recours.outreach.followup.outcomes import Case
from zero_non_recours.outreach.followup.suppression import Key, Relation, hidden_cells, value_of
from zero_non_recours.outreach.followup.vocabulary import PARTS, REASONS, STAGES, UNTOLD, stages_of

Group = tuple[str | None, str | None]
"""A right and a territory; `None`: all of them."""
Breakdown = Literal["right", "territory", "both"]
ALL: Group = (None, None)
OTHER_TERRITORIES = "autres territoires"
NO_TERRITORY = "territoire non renseigné"
EUROS = "euros"
_REFUSED, _AWARDED = "refused", "awarded"


@dataclass(frozen=True)
class Tables:
    """What may be published of the cases: a cell that is not there is hidden."""

    groups: tuple[Group, ...]
    counts: dict[Key, int]
    euros: dict[Group, float]

    def count(self, group: Group, stage: str) -> int | None:
        """The number of cases of a group that reached a stage; `None`: hidden."""
        return self.counts.get((*group, stage))


def grouped_territories(cases: Sequence[Case], minimum: int) -> tuple[Case, ...]:
    """The cases with one territory for those of too few households, whose names are then not shown.

    The smallest of the others joins them while they are still too few: together they can be told, not apart.
    """
    if all(case.territory is None for case in cases):
        return tuple(cases)
    households: dict[str, set[int]] = defaultdict(set)
    for case in cases:
        households[case.territory or NO_TERRITORY].add(case.household)
    joined: list[str] = []
    together: set[int] = set()
    for name in sorted(households, key=lambda name: (len(households[name]), name)):
        if len(households[name]) >= minimum and (not joined or len(together) >= minimum):
            break
        joined.append(name)
        together |= households[name]
    shown = {name: OTHER_TERRITORIES if name in joined else name for name in households}
    return tuple(replace(case, territory=shown[case.territory or NO_TERRITORY]) for case in cases)


def tables_of(cases: Iterable[Case], breakdowns: Collection[Breakdown], minimum: int, dominance: float) -> Tables:
    """The counts and the euros of cases whose territories are grouped already."""
    cases = tuple(cases)
    rights = sorted({case.right for case in cases}) if {"right", "both"} & set(breakdowns) else []
    territories = sorted({case.territory for case in cases if case.territory})
    territories = territories if {"territory", "both"} & set(breakdowns) else []
    margins: list[Group] = [ALL, *((r, None) for r in rights), *((None, t) for t in territories)]
    crossed: list[Group] = [(r, t) for r in rights for t in territories] if "both" in breakdowns else []
    counts = _empty([*((*group, stage) for group in margins for stage in STAGES), *((*g, _AWARDED) for g in crossed)])
    counts |= _empty([_reason(code) for code in (*REASONS, UNTOLD)])
    euros = _empty([(*group, EUROS) for group in (*margins, *crossed)])
    for case in cases:
        groups = [(r, t) for r in (None, case.right) for t in (None, case.territory)]
        for group in dict.fromkeys(groups):
            for stage in stages_of(case.leaf):
                _add(counts, (*group, stage), case.household, 1.0)
            if case.monthly is not None:
                _add(euros, (*group, EUROS), case.household, case.monthly)
        if case.leaf == _REFUSED:
            _add(counts, _reason(case.reason or UNTOLD), case.household, 1.0)
    sums = [_tree(group, stage) for group in margins for stage in PARTS]
    sums += [relation for stage in STAGES for relation in _margins(rights, territories, stage)]
    sums.append(Relation((*ALL, _REFUSED), tuple(_reason(code) for code in (*REASONS, UNTOLD))))
    euro_sums = _margins(rights, territories, EUROS)
    if crossed:
        sums += _crossings(rights, territories, _AWARDED)
        euro_sums += _crossings(rights, territories, EUROS)
    hidden = hidden_cells(counts, sums, minimum, importance=_importance)
    unknown = [(*group, EUROS) for group in (*margins, *crossed) if (*group, _AWARDED) in hidden]
    kept_back = hidden_cells(euros, euro_sums, minimum, dominance=dominance, also=unknown, importance=_importance)
    opened = {(key[0], key[1]): bool(parts) for key, parts in counts.items() if key[2] == _AWARDED}
    kept_back |= {key for key, parts in euros.items() if not parts and opened[key[0], key[1]]}
    return Tables(
        groups=(*margins, *crossed),
        counts={key: round(value_of(parts)) for key, parts in counts.items() if key not in hidden},
        euros={(key[0], key[1]): value_of(parts) for key, parts in euros.items() if key not in kept_back},
    )


def _importance(key: Key) -> int:
    """What is hidden last: the rights opened and their euros, then the whole, then how many were informed."""
    right, territory, stage, *reason = key
    if stage in (_AWARDED, EUROS):
        return 1 if right and territory else 4
    if reason:
        return 0
    if (right, territory) == ALL:
        return 3
    return {"informed": 2, "claimed": 1}.get(stage or "", 0)


def reason_count(tables: Tables, code: str) -> int | None:
    """The refusals that give a reason; `None`: hidden."""
    return tables.counts.get(_reason(code))


def _reason(code: str) -> Key:
    return (None, None, _REFUSED, code)


def _empty(keys: Iterable[Key]) -> dict[Key, dict[int, float]]:
    return {key: {} for key in keys}


def _add(cells: dict[Key, dict[int, float]], key: Key, household: int, part: float) -> None:
    """Count a household in a cell, if that cell is published."""
    if key in cells:
        cells[key][household] = cells[key].get(household, 0.0) + part


def _tree(group: Group, stage: str) -> Relation:
    return Relation((*group, stage), tuple((*group, part) for part in PARTS[stage]))


def _margins(rights: Sequence[str], territories: Sequence[str], stage: str) -> list[Relation]:
    """The whole is the sum over rights, and over territories."""
    over = [[(r, None, stage) for r in rights], [(None, t, stage) for t in territories]]
    return [Relation((*ALL, stage), tuple(parts)) for parts in over if parts]


def _crossings(rights: Sequence[str], territories: Sequence[str], stage: str) -> list[Relation]:
    """A right is the sum over territories, a territory the sum over rights."""
    sums = [Relation((r, None, stage), tuple((r, t, stage) for t in territories)) for r in rights]
    return sums + [Relation((None, t, stage), tuple((r, t, stage) for r in rights)) for t in territories]
