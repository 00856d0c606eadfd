"""What each right is expected to be missing and worth, for many households at once: the model of outreach in arrays.

Inside, arrays have an axis for the figures (as published, or redrawn), one for households, one for the draws of what is
not known; what is said of rights is a list of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from zero_non_recours.outreach.bundle import expected_attribution
from zero_non_recours.outreach.parameters import OutreachParameters
from zero_non_recours.outreach.receipt import non_receipt_after
from zero_non_recours.outreach.redraws import Chances, published_chances, redrawn_chances
from zero_non_recours.outreach.take_up import non_take_up
from zero_non_recours.outreach.waiting import value_over_horizon
from zero_non_recours.rulebook.model import Right
from zero_non_recours.screening.batch.joint import JointColumns

MONTHS_PER_YEAR = 12
QUANTILES = (0.1, 0.9)
CELLS = 1 << 20
"""Numbers of an array in memory at once when figures are redrawn."""


class Told(NamedTuple):
    """What the file of a household says of one right, besides the answers that the rules read."""

    declared: bool | None
    """Whether it is said to be received."""
    channel: str
    """Where that comes from: a person's word, a document."""
    shifts: tuple[float, ...]
    """The covariates of non-take-up that hold, besides the receipt of other rights, in logits."""
    award: float
    """The probability that a claim succeeds, if the right is due."""
    open: bool = True
    """Whether it can be claimed now."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is expected of the rights of some households; arrays (rights, households) unless said otherwise.

    Attributes:
        eligible: p, the probability that the right is due, the others being received or not as may be.
        not_receiving: q', the probability that it is not received if it is due.
        missing: ρ, the probability that it is due and not received.
        gross: what it would pay alone, when it is due, in € a month; 0 when it never is.
        low, high: the amount that one draw in ten does not reach, or exceeds, when it is due, in € a month.
        net: φ(M | C), what it brings in the bundle when all the rights that are not said to be received are claimed
            together, in € a month; a household's add up to what they bring.
        share: φ̂, the part of the expected gain of the bundle that comes from it, in € a month.
        value: V, in € over the horizon.
        by_draw: φ̂ in each draw, (rights, households, draws).
        weights: the probability of each draw, given what is said to be received, (households, draws).
    """

    eligible: np.ndarray
    not_receiving: np.ndarray
    missing: np.ndarray
    gross: np.ndarray
    low: np.ndarray
    high: np.ndarray
    net: np.ndarray
    share: np.ndarray
    value: np.ndarray
    by_draw: np.ndarray
    weights: np.ndarray


class Assessor:
    """Applies the model to rights whose joint amounts are known; built once, used for many households."""

    def __init__(
        self,
        rights: Sequence[Right],
        linked: Sequence[str],
        dependent: Collection[str],
        figures: OutreachParameters,
    ) -> None:
        """The rights, those that others count, and those whose amount depends on which of them are in payment."""
        self.rights = tuple(rights)
        self.names = tuple(right.name for right in rights)
        self.linked = tuple(linked)
        self.dependent = frozenset(dependent)
        self.figures = figures
        self.yearly = np.array([right.amount_unit == "€/an" for right in rights])
        kept = (MONTHS_PER_YEAR if y else figures.months_kept(n) for n, y in zip(self.names, self.yearly, strict=True))
        self.months = np.array(list(kept), dtype=np.float64)
        self.rates = [figures.base_rates.of(name) for name in self.names]
        pairs = zip(self.rates, self.yearly, strict=True)
        self.means = [rate.mean_amount / MONTHS_PER_YEAR if y else rate.mean_amount for rate, y in pairs]
        """The reference amount of each right, in € a month."""
        self.receipts = [self._receipts(rate.covariates) for rate in self.rates]
        """For each right, the rights whose receipt moves its base rate: the shift with it, and without."""

    def _receipts(self, covariates: Sequence[Any]) -> Mapping[int, tuple[float, float]]:
        shifts: dict[str, dict[bool, float]] = {}
        for one in covariates:
            if one.received in self.names:
                shifts.setdefault(one.received, {})[bool(one.values[0])] = one.shift
        return {self.names.index(name): (of.get(True, 0.0), of.get(False, 0.0)) for name, of in shifts.items()}

    def assess(self, found: JointColumns, told: Sequence[Sequence[Told]]) -> Assessment:
        """The model on some households.

        Args:
            found: their joint amounts, for all the rights.
            told: what is said of each right, (households, rights).
        """
        joint = _Joint(self, found, told)
        chances = published_chances(self.names, self.figures)
        expected = self._expected(joint, told, chances)
        weights = expected.weights[0]
        by_draw = np.array([part[0] for part in expected.by_draw])
        claimed = [
            (due & ~said[:, None]).astype(np.float64)[None] for due, said in zip(joint.due, joint.declared, strict=True)
        ]
        net = np.array([_summed(part, expected.weights)[0] for part in self._attributed(joint, claimed)])
        due = np.array([part[0] for part in expected.due])
        after = np.array([part[0] for part in expected.after])
        eligible = np.where((due == 1).all(axis=-1), 1.0, np.minimum(_summed(due, weights), 1.0))  # 1 when it is sure
        missing = np.minimum(_summed(due * after, weights), 1.0)
        share = _summed(by_draw, weights)
        low, high = _quantiles(joint.gross, due * weights)
        return Assessment(
            eligible,
            _ratio(missing, eligible, _summed(after, weights)),
            missing,
            _ratio(_summed(joint.gross * due, weights), eligible, 0.0),
            low,
            high,
            net,
            share,
            self.value(share, told),
            by_draw,
            weights,
        )

    def value(self, share: np.ndarray, told: Sequence[Sequence[Told]]) -> np.ndarray:
        """V of each right, from its share φ̂: nothing for a right that cannot be claimed now."""
        award = np.array([[one.award * one.open for one in of] for of in told]).T
        more = (1,) * (share.ndim - award.ndim)
        months = self.months.reshape(-1, *(1,) * (share.ndim - 1))
        return value_over_horizon(share, award.reshape(*award.shape, *more), months)

    def redrawn(self, found: JointColumns, told: Sequence[Sequence[Told]], chances: Chances | None = None) -> Redrawn:
        """ρ and V with the figures redrawn, the same draws of the answers.

        Args:
            found: the joint amounts of some households.
            told: what is said of each right, (households, rights).
            chances: the figures; default, redrawn within what is known of them.
        """
        chances = chances or self._chances
        households = len(told)
        missing = np.empty((chances.size, len(self.rights), households))
        value = np.empty_like(missing)
        step = max(1, CELLS // max(1, chances.size * found.weights.shape[1]))
        for first in range(0, households, step):
            part = slice(first, first + step)
            amounts = {name: a[:, part] for name, a in found.amounts.items()}
            joint = _Joint(self, JointColumns(found.rows[part], amounts, found.weights[part]), told[part])
            expected = self._expected(joint, told[part], chances)
            open_ = np.array([[one.open for one in of] for of in told[part]]).T
            award = np.array([[one.award for one in of] for of in told[part]]).T
            awards = np.clip(award[:, None, :] + chances.award[:, :, None], 0.0, 1.0) * open_[:, None, :]
            parts = zip(expected.due, expected.after, expected.by_draw, strict=True)
            for place, (due, after, by_draw) in enumerate(parts):
                missing[:, place, part] = np.minimum(_summed(due * after, expected.weights), 1.0)
                value[:, place, part] = _summed(by_draw, expected.weights) * awards[place] * self.months[place]
        return Redrawn(missing, value)

    @cached_property
    def _chances(self) -> Chances:
        return redrawn_chances(self.names, self.figures)

    # -- the model --------------------------------------------------------------------------------------

    def _expected(self, joint: _Joint, told: Sequence[Sequence[Told]], chances: Chances) -> _Expected:
        """What is expected of each right in each draw, and how likely the draw is given what is declared."""
        before: dict[int, np.ndarray] = {}
        after: dict[int, np.ndarray] = {}
        received: dict[int, np.ndarray] = {}
        said = [_Said(told, place, chances) for place in range(len(self.rights))]
        # A right whose base rate depends on the receipt of others comes after them.
        for place in sorted(range(len(self.rights)), key=lambda place: len(self.receipts[place])):
            before[place] = self._before(place, joint, told, chances, received)
            after[place] = said[place].after(before[place])
            paid = joint.due[place] * (1 - after[place])
            received[place] = np.where(joint.declared[place][:, None] & ~joint.due[place], 1.0, paid)
        due = [self._due(place, joint, received) for place in range(len(self.rights))]
        weights = joint.weights[None]
        for place, one in enumerate(said):
            weights = one.weighed(weights, due[place], before[place])
        weights = np.broadcast_to(weights, (chances.size, *joint.weights.shape))
        total = weights.sum(axis=-1, keepdims=True)
        weights = np.where(total > 0, weights / np.where(total > 0, total, 1.0), joint.weights)
        claimed = [after[place] * joint.due[place] for place in range(len(self.rights))]
        ordered = [after[place] for place in range(len(self.rights))]
        return _Expected(weights, due, ordered, self._attributed(joint, claimed))

    def _before(
        self,
        place: int,
        joint: _Joint,
        told: Sequence[Sequence[Told]],
        chances: Chances,
        received: Mapping[int, np.ndarray],
    ) -> np.ndarray:
        """q, before what is declared: a mixture over the rights that its base rate depends on, received or not."""
        others = {other: shifts for other, shifts in self.receipts[place].items() if other in received}
        fixed = np.array([sum(of[place].shifts) for of in told])[None, :, None]
        several = np.array([len(of[place].shifts) + len(others) > 1 for of in told])[None, :, None]
        weight = np.where(several, chances.weight[:, None, None], 1.0)
        recentring = np.where(several, self.rates[place].recentring, 0.0)
        base, slope = (
            chances.base[place][:, None, None],
            (self.rates[place].slope * chances.slope[place])[:, None, None],
        )
        cases: list[tuple[Any, Any]] = [(1.0, fixed)]
        for other, (with_it, without) in others.items():
            held = received[other]
            cases = [
                (chance * way, shift + moved)
                for chance, shift in cases
                for way, moved in ((held, with_it), (1 - held, without))
            ]
        found: Any = 0.0
        for chance, shift in cases:
            found = found + chance * non_take_up(
                base,
                (shift,),
                weight=weight,
                slope=slope,
                amount=joint.full[place],
                mean_amount=self.means[place],
                recentring=recentring,
            )
        return np.minimum(found, 1.0)

    def _due(self, place: int, joint: _Joint, received: Mapping[int, np.ndarray]) -> np.ndarray:
        """E: whether the right is due, given which of the rights that others count are received."""
        amounts = joint.amounts[place]
        if self.names[place] not in self.dependent:
            return (amounts[-1] > 0)[None]
        linked = [self.names.index(name) for name in self.linked]
        found: Any = 0.0
        for state in range(len(amounts)):
            if place in linked and state >> linked.index(place) & 1:
                continue
            above = [k for k in range(len(amounts)) if k & state == state]
            chance: Any = np.ones((1, 1, 1))
            for bit, other in enumerate(linked):
                if other != place:
                    chance = chance * (received[other] if state >> bit & 1 else 1 - received[other])
            found = found + chance * (amounts[above].max(axis=0) > 0)
        return np.minimum(found, 1.0)

    def _attributed(self, joint: _Joint, missing: Sequence[np.ndarray]) -> list[np.ndarray]:
        """φ̂ of each right in each draw: the sum of its part in what each right pays."""
        found: list[Any] = [0.0 for _ in self.rights]
        for place, amounts in enumerate(joint.amounts):
            if self.names[place] not in self.dependent:
                found[place] = found[place] + missing[place] * amounts[-1]
                continue
            players = self._players(place)
            by_set = _by_missing(self._worth(place, amounts))
            for mask, chance in enumerate(_set_chances([missing[player] for player in players])):
                for rank, player in enumerate(players):
                    if mask >> rank & 1:
                        found[player] = found[player] + chance * by_set[rank, mask]
        shape = np.broadcast_shapes(*(one.shape for one in missing))
        return [np.broadcast_to(one, shape) for one in found]

    def _players(self, place: int) -> list[int]:
        """The rights whose claims decide what a right pays: those that others count, and itself."""
        linked = [self.names.index(name) for name in self.linked]
        return linked if place in linked else [*linked, place]

    def _worth(self, place: int, amounts: np.ndarray) -> np.ndarray:
        """What a right pays in every set of claims of its players, the sets on the last axis."""
        states = np.arange(len(amounts))
        if self.names[place] in self.linked:
            claimed = states >> self.linked.index(self.names[place]) & 1
            return np.moveaxis(amounts * claimed[:, None, None], 0, -1)
        return np.moveaxis(np.concatenate((np.zeros_like(amounts), amounts)), 0, -1)


class Redrawn(NamedTuple):
    """The model with its figures redrawn: arrays (redraws, rights, households)."""

    missing: np.ndarray
    value: np.ndarray

    def value_interval(self) -> tuple[np.ndarray, np.ndarray]:
        """What one redraw in ten does not reach, and exceeds, for V."""
        low, high = np.quantile(self.value, QUANTILES, axis=0)
        return low, high

    def missing_interval(self) -> tuple[np.ndarray, np.ndarray]:
        """The same for ρ."""
        low, high = np.quantile(self.missing, QUANTILES, axis=0)
        return low, high

    def ahead(self, place: int, other: int, household: int = 0) -> float:
        """The share of redraws in which a right is worth more than another; equal ones count for half."""
        one, two = self.value[:, place, household], self.value[:, other, household]
        return float(((one > two) + 0.5 * (one == two)).mean())


class _Expected(NamedTuple):
    """The model in each draw; arrays (figures, households, draws), in lists by right."""

    weights: np.ndarray
    due: list[np.ndarray]
    after: list[np.ndarray]
    by_draw: list[np.ndarray]


class _Said:
    """What is declared of the receipt of one right by some households, and how far it is to be believed."""

    def __init__(self, told: Sequence[Sequence[Told]], place: int, chances: Chances) -> None:
        kinds: dict[tuple[bool, str], list[int]] = {}
        for row, of in enumerate(told):
            if (declared := of[place].declared) is not None:
                kinds.setdefault((declared, of[place].channel), []).append(row)
        self.kinds = [(declared, rows, *chances.channels[name]) for (declared, name), rows in kinds.items()]

    def after(self, before: np.ndarray) -> np.ndarray:
        """Q' from q."""
        found = before.copy()
        for declared, rows, se, sp in self.kinds:
            shown = {"sensitivity": se[:, None, None], "specificity": sp[:, None, None]}
            found[:, rows] = non_receipt_after(before[:, rows], declared, **shown)
        return found

    def weighed(self, weights: np.ndarray, due: np.ndarray, before: np.ndarray) -> np.ndarray:
        """The draws weighed by how likely what is declared is in each: « no » is likelier where nothing is due."""
        if not self.kinds:
            return weights
        found = np.array(np.broadcast_to(weights, np.broadcast_shapes(weights.shape, before.shape)))
        for declared, rows, se, sp in self.kinds:
            missing, received = ((1 - sp), se) if declared else (sp, (1 - se))
            if_missing, if_received = missing[:, None, None], received[:, None, None]
            held, q = np.broadcast_to(due, found.shape)[:, rows], before[:, rows]
            found[:, rows] *= held * (q * if_missing + (1 - q) * if_received) + (1 - held) * if_missing
        return found


class _Joint:
    """The joint amounts of some households per month, and what they say of each right in each draw."""

    def __init__(self, assessor: Assessor, found: JointColumns, told: Sequence[Sequence[Told]]) -> None:
        self.weights = found.weights
        pairs = zip(assessor.names, assessor.yearly, strict=True)
        self.amounts = [found.amounts[n] / MONTHS_PER_YEAR if yearly else found.amounts[n] for n, yearly in pairs]
        self.declared = np.array([[one.declared is True for one in of] for of in told]).reshape(len(told), -1).T
        """Whether each right is said to be received, (rights, households)."""
        masks = np.zeros(len(told), dtype=np.int64)
        for bit, name in enumerate(assessor.linked):
            masks |= self.declared[assessor.names.index(name)].astype(np.int64) << bit
        highest = [amounts.max(axis=0) for amounts in self.amounts]
        self.due = [amount > 0 for amount in highest]
        """Whether each right is due in some state."""
        self.full = [np.where(a[-1] > 0, a[-1], high) for a, high in zip(self.amounts, highest, strict=True)]
        """What each right pays once all are claimed."""
        households, gross = np.arange(len(told)), []
        for name, amounts, full in zip(assessor.names, self.amounts, self.full, strict=True):
            own = 1 << assessor.linked.index(name) if name in assessor.linked else 0
            alone = amounts[masks | own, households]
            gross.append(np.where(alone > 0, alone, full))
        self.gross = np.array(gross)
        """What each right pays, the others being as they are declared, (rights, households, draws)."""


def _by_missing(worth: np.ndarray) -> np.ndarray:
    """The part of each player when exactly a set of them is missing: (players, sets, …)."""
    players = worth.shape[-1].bit_length() - 1
    sets = (np.arange(1 << players)[:, None] >> np.arange(players) & 1).astype(np.float64)
    found = expected_attribution(worth[..., None, :], sets)
    return np.ascontiguousarray(np.moveaxis(found, (-1, -2), (0, 1)))


def _set_chances(missing: Sequence[np.ndarray]) -> list[Any]:
    """The probability that exactly a set of rights is missing, set by set."""
    found: list[Any] = [1.0]
    for chance in missing:
        found = [one * (1 - chance) for one in found] + [one * chance for one in found]
    return found


def _quantiles(amounts: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The amounts at `QUANTILES` of weighted draws, the last axis; 0 where no draw counts."""
    order = np.argsort(amounts, axis=-1, kind="stable")
    ranked = np.take_along_axis(amounts, order, axis=-1)
    below = np.cumsum(np.take_along_axis(np.broadcast_to(weights, amounts.shape), order, axis=-1), axis=-1)
    total = below[..., -1:]
    ends = []
    for rank in QUANTILES:
        place = np.minimum((below < rank * total - 1e-12).sum(axis=-1, keepdims=True), amounts.shape[-1] - 1)
        ends.append(np.where(total > 0, np.take_along_axis(ranked, place, axis=-1), 0.0)[..., 0])
    return ends[0], ends[1]


def _summed(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The sum over draws, row by row, so that no bit depends on the other households."""
    return np.ascontiguousarray(values * weights).sum(axis=-1)


def _ratio(part: np.ndarray, whole: np.ndarray, otherwise: Any) -> np.ndarray:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), otherwise)
