"""Re-estimates, from what was found locally, how often a right that is due is not received.

Among the cases found due (rights opened, or already received), the share that was not received. It updates the
published rate: Beta(μ n, (1 - μ) n) plus what was counted. Two biases remain, and are said rather than corrected:

* who was contacted. The plan contacts first those to whom a right is probably missing, so their share is too high.
  Cases drawn at random are used alone when there are enough of them; otherwise all are, but never count for more than
  the published rate does. Even those drawn at random were drawn among the candidates of the plan that the order had not
  kept: neither the first of the list nor those who were known to receive the right.
* who is settled. A right already received is known at the first contact, an opened one after months, and a household
  that gives up is never known to have been due: the share is too low. `mean_if_unsettled` is what it would be if all
  cases without an answer were due and not received.

A rate is for the service that uses it, not for publication: beside the report, it would give hidden counts back.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from zero_non_recours.outreach.followup.calibration import is_eligible
from zero_non_recours.outreach.followup.outcomes import Case, Outcomes
from zero_non_recours.outreach.parameters import OutreachParameters, default_outreach_parameters
from zero_non_recours.outreach.take_up import base_rate_quantiles

Basis = Literal["random", "selected", "too_few"]
Interval = tuple[float, float]
_HEAD = (
    "# Taux de base du suivi local : à mettre à la place de « taux » de ces droits dans taux_de_base.yaml.\n"
    "# Usage interne : à côté des tableaux publiés, ces taux permettraient de retrouver des nombres masqués."
)
_RANKS = (0.025, 0.1, 0.9, 0.975)


@dataclass(frozen=True, slots=True)
class LocalRate:
    """The non-take-up of a right after what was found locally."""

    right: str
    label: str
    mean: float
    interval_80: Interval
    interval_95: Interval
    weight: float
    """What the rate is worth, in units: that of the prior plus what was counted."""
    n: int | None
    """Cases found due that were used; `None` when there are too few to be told."""
    mean_if_unsettled: float
    basis: Basis
    sentence: str
    """How far to believe it, in French."""
    first: datetime.date | None
    last: datetime.date | None


def local_base_rate(
    outcomes: Outcomes,
    right: str,
    prior: tuple[float, float] | None = None,
    *,
    parameters: OutreachParameters | None = None,
) -> LocalRate:
    """The share of units entitled to a right that do not receive it, after what was found locally.

    Args:
        outcomes: what `read_outcomes` found.
        right: the name of a right.
        prior: mean and weight (units) of the rate before; default: the parameters' rate of the right.
        parameters: default: the shipped ones.

    Raises:
        ValueError: a prior mean outside 0..1, or a weight that is not positive.
    """
    figures = parameters or default_outreach_parameters()
    published = figures.base_rates.of(right)
    mean, weight = prior or (published.mean, published.weight)
    if not (0 <= mean <= 1 and 0 < weight < float("inf")):
        raise ValueError("le taux de départ est entre 0 et 1, et son poids positif")
    own = [case for case in outcomes.cases if case.right == right]
    drawn = [case for case in own if case.drawn]
    least, enough = round(figures.thresholds.min_cell.value), round(figures.thresholds.min_verdict.value)
    basis: Basis = "random" if len(_due(drawn)) >= enough else "selected"
    used = drawn if basis == "random" else own
    due = _due(used)
    if len({case.household for case in due}) < least:
        basis, used, due = "too_few", [], []
    missing = sum(case.leaf == "awarded" for case in due)
    unsettled = sum(is_eligible(case) is None for case in used)
    cap = weight if basis == "selected" else float("inf")
    after, worth = _posterior(mean, weight, missing, len(due), cap)
    ends = [round(float(end), 3) for end in base_rate_quantiles(after, worth, _RANKS)]
    return LocalRate(
        right=right,
        label=outcomes.labels.get(right, right),
        mean=round(after, 3),
        interval_80=(min(ends[1], round(after, 3)), max(ends[2], round(after, 3))),
        interval_95=(ends[0], ends[3]),
        weight=round(worth, 1),
        n=len(due) or None,
        mean_if_unsettled=round(_posterior(mean, weight, missing + unsettled, len(due) + unsettled, cap)[0], 3),
        basis=basis,
        sentence=_sentence(basis, len(due), weight, least, enough),
        first=min((case.first for case in used), default=None),
        last=max((case.last for case in used), default=None),
    )


def local_base_rates(outcomes: Outcomes, *, parameters: OutreachParameters | None = None) -> tuple[LocalRate, ...]:
    """`local_base_rate` of every right of the outcomes, in the order of their names."""
    rights = sorted({case.right for case in outcomes.cases})
    return tuple(local_base_rate(outcomes, right, parameters=parameters) for right in rights)


def base_rates_yaml(rates: Sequence[LocalRate]) -> str:
    """The `taux` of these rights as they stand in `rules/non_recours/taux_de_base.yaml`, in place of those there.

    Rights with too few cases are left out; an empty text if none remains.
    """
    parts = [_entry(rate) for rate in rates if rate.basis != "too_few"]
    return "\n".join([_HEAD, "taux_de_base:", *parts]) + "\n" if parts else ""


def _due(cases: Sequence[Case]) -> list[Case]:
    return [case for case in cases if is_eligible(case)]


def _posterior(mean: float, weight: float, missing: int, count: int, cap: float) -> tuple[float, float]:
    """Mean and weight after what was counted, which counts for `cap` units at most."""
    share = min(1.0, cap / count) if count else 0.0
    worth = weight + share * count
    return (mean * weight + share * missing) / worth, worth


def _sentence(basis: Basis, count: int, weight: float, least: int, enough: int) -> str:
    match basis:
        case "too_few":
            return f"Moins de {least} ménages trouvés éligibles : le taux publié ne change pas."
        case "selected":
            return (
                f"À prendre avec prudence : {count} droits trouvés dus, chez des ménages choisis et non tirés au "
                f"hasard (il en faudrait {enough} tirés au hasard). Le taux est sans doute trop haut ; ces droits "
                f"comptent au plus autant que le taux publié (poids {weight:g})."
            )
        case _:
            return (
                f"{count} droits trouvés dus, chez des ménages tirés au hasard parmi ceux du plan. Le taux ne vaut ni "
                "pour ceux que le plan avait placés en tête, ni pour ceux dont on savait qu'ils recevaient le droit."
            )


def _entry(rate: LocalRate) -> str:
    period = f"{rate.first:%Y-%m} à {rate.last:%Y-%m}" if rate.first and rate.last else "sans objet"
    chosen = "tirés au hasard par le plan" if rate.basis == "random" else "contactés, non tirés au hasard"
    lines = {
        "libelle": f"Non-recours, suivi local ({rate.right})",
        "valeur": f"{rate.mean:g}",
        "intervalle": f"[{rate.interval_80[0]:g}, {rate.interval_80[1]:g}]",
        "poids": f"{rate.weight:g}",
        "unite": '"1"',
        "definition": "Part des droits trouvés dus qui n'étaient pas reçus, ajoutée au taux publié",
        "periode": period,
        "champ": f"foyers {chosen}",
        "source": f"suivi local, {rate.n} droits trouvés dus, {period}",
        "surete": "derive" if rate.basis == "random" else "hypothese",
    }
    quoted = {"libelle", "periode", "champ", "source", "definition"}
    body = [f'      {name}: "{text}"' if name in quoted else f"      {name}: {text}" for name, text in lines.items()]
    return "\n".join([f"  # {rate.sentence}", f"  {rate.right}:", "    taux:", *body])
