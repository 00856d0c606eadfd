"""Young adults who could claim alone: what a dwelling would receive if one of them were a claim unit of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.engine.reading import Reading
from zero_non_recours.outreach.parameters import OutreachParameters, default_outreach_parameters
from zero_non_recours.outreach.result import OtherUnit
from zero_non_recours.profile.follow_up import steps_of
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import Month
from zero_non_recours.profile.unsaid import FIELD as UNSAID
from zero_non_recours.profile.values import day_of
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.model import Rulebook, Variable
from zero_non_recours.screening.answers import reader_of
from zero_non_recours.screening.screen import known
from zero_non_recours.screening.wording import euros, person_name, uncapitalised

if TYPE_CHECKING:  # these need numpy, which importing this module must not
    from zero_non_recours.screening.joint import ClaimStates, JointAmounts

SAME = 1.0
"""Up to this difference, in € a month, claiming alone or not comes to the same."""
PLACE = ("logement.commune", "logement.code_insee", "logement.zone_apl")
"""The answers on a dwelling that hold for whoever lives there."""
HOSTED: Mapping[str, Any] = {
    "logement.statut": "heberge_gratuit",
    "logement.participation_frais": False,
    "logement.titulaire_electricite": "autre_occupant",
}
"""How somebody lives who claims alone at their family's: the prudent case, in which they pay nothing for it."""
STILL: Mapping[str, Any] = {"lien_parente": "descendant", "a_charge_fiscale": True}
"""What stays, unless it is said otherwise, of a child who leaves the claim unit, not the dwelling: kinship, taxes."""
FAMILY_TAXES, OWN_TAXES = "a_charge_fiscale", "rattache_fiscal_parents"
"""The same answer, as it is asked of a child, and of somebody who claims."""
BENEFITS = "prestations_recues"
TO_SPECIFY = "à préciser : une réponse manque"
MONTHS_PER_YEAR = 12

Better = Literal["together", "apart", "either"]
Data = dict[str, Any]
"""A household as plain data."""
Paid = dict[str, float]
"""€ a month, by right or by the input that says a benefit."""


def other_units(
    household: HouseholdBase,
    states: ClaimStates,
    joint: JointAmounts,
    draws: int,
    month: Month,
    figures: OutreachParameters | None = None,
) -> tuple[OtherUnit, ...]:
    """What changes if a young adult claims alone, for each adult child of a household of whom the rules say they may.

    Each is compared alone, all the others staying as they are: with several, not every way of claiming is tried, and
    the differences do not add up. Whether somebody may claim is what the rules say of them as a household of one,
    hosted for nothing by the family (`own_unit`).

    In both cases all rights are supposed claimed, and paid as computed: what is said to be received now was paid to
    the claim unit as it is. Benefits that the rules estimate are counted too; one that is said to be received moves as
    its estimate does. A right paid once a year depends on taxes already declared, which a claim does not change: it is
    the same in both cases. Amounts are means over the draws of what is missing. What is not known in one case is
    counted in none; what the household refused is not counted for it.

    Args:
        household: a valid household.
        states: what computes its rights when they are claimed.
        joint: what `states` finds for it.
        draws: how many times missing answers are drawn.
        month: the month of the right.
        figures: where the age of majority stands; default, the shipped ones.

    Returns:
        The young adults in the order of the profile, those who could claim nothing left out.
    """
    adult = (figures or default_outreach_parameters()).thresholds.adult.value
    young = [rank for rank, one in enumerate(household.personnes) if _is_young(one, month, adult)]
    if not young:
        return ()
    family = _Family(household, states, joint, draws)
    return tuple(found for rank in young if (found := family.compared(rank)) is not None)


def own_unit(household: HouseholdBase, rank: int, rulebook: Rulebook) -> HouseholdBase:
    """A person of a household as a claim unit of their own in the same dwelling, with no answer but theirs."""
    data = household.model_dump(exclude_none=True)
    person: Data = data["personnes"][rank]
    attached = person.pop(FAMILY_TAXES, None)
    own: Data = {"personnes": [person], **({"id": data["id"]} if "id" in data else {})}
    _put(own, "personnes[0].role", "demandeur", rulebook)
    if attached is not None and OWN_TAXES not in person:
        _put(own, f"personnes[0].{OWN_TAXES}", attached, rulebook)
    for path in PLACE:
        part, key = path.split(".")
        if key in data.get(part, {}):
            _put(own, path, data[part][key], rulebook)
    for path, value in HOSTED.items():
        _put(own, path, value, rulebook)
    return household_model(rulebook).model_validate(own)


def without(household: HouseholdBase, rank: int, rulebook: Rulebook) -> HouseholdBase:
    """A household whose member of that rank lives in the dwelling outside the claim unit."""
    data = household.model_dump(exclude_none=True)
    _put(data, f"personnes[{rank}].role", "autre", rulebook)
    for key, value in STILL.items():
        if key not in data["personnes"][rank]:
            _put(data, f"personnes[{rank}].{key}", value, rulebook)
    return household_model(rulebook).model_validate(data)


class _Family:
    """A household as it is, and what each way of claiming would bring it."""

    def __init__(self, household: HouseholdBase, states: ClaimStates, joint: JointAmounts, draws: int) -> None:
        self.states, self.joint, self.draws = states, joint, draws
        self.screener, self.rulebook = states.screener, states.screener.rulebook
        self.said = household
        received = [r for r in self.rulebook.rights.values() if r.received is not None]
        paid = [r for r in received if self.screener.received_amount(r, household)[0] is not False]
        self.household = _silent(household, (self.rulebook.variables[r.received or ""] for r in paid), self.rulebook)
        """The household, with nothing said of the rights it receives."""
        self.labels = {right.name: uncapitalised(right.label) for right in states.rights}
        self.yearly = {right.name for right in states.rights if right.amount_unit == "€/an"}
        steps = steps_of(household)
        self.refused = {name for name in self.labels if steps.of(name).refused}

    @cached_property
    def together(self) -> Paid:
        """What it would receive as it is."""
        unchanged = self.household == self.said
        rights = self._rights(self.joint if unchanged else self.states.amounts(self.household, self.draws))
        return _only(rights, self.labels.keys() - self.refused) | self._benefits(self.household)

    def apart(self, rank: int) -> Paid:
        """What it would receive without one of its members."""
        left = self._with_benefits_moved(without(self.household, rank, self.rulebook))
        rights = self._rights(self.states.amounts(left, self.draws))
        return rights | _only(self.together, self.yearly) | self._benefits(left)

    def compared(self, rank: int) -> OtherUnit | None:
        """The comparison for one member, `None` when they could claim nothing alone."""
        own = self.states.amounts(own_unit(self.household, rank, self.rulebook), self.draws)
        alone = _only(self._rights(own), self.labels.keys() - self.yearly)
        unknown = self.labels.keys() - self.yearly - alone.keys()
        could = {name: f"environ {euros(paid)} par mois" for name, paid in alone.items() if paid > 0}
        could |= {name: TO_SPECIFY for name in could if own.amounts[name][-1].min() <= 0}
        could |= dict.fromkeys((name for name in self.labels if name in unknown), TO_SPECIFY)
        if not could:
            return None
        together, apart = self.together, self.apart(rank)
        common = together.keys() & apart.keys() - unknown
        before, after = _only(together, common), _only(apart, common)
        mine = _only(alone, common | self.refused)
        total, other = sum(before.values()), sum([*after.values(), *mine.values()])
        better: Better = "either" if abs(other - total) <= SAME else "apart" if other > total else "together"
        person = self.said.personnes[rank]
        sentences = (
            _claims_text(person_name(person, rank), {self.labels[name]: text for name, text in could.items()}),
            _changes_text(self._changes(before, after)),
            _totals_text(total, other, better),
            "L'hébergement par la famille est supposé gratuit ; participer aux frais peut changer le montant.",
            _taxes_text([self.labels[name] for name in self.labels if name in self.yearly & common]),
        )
        return OtherUnit(str(person.id or f"personnes[{rank}]"), total, other, better, " ".join(sentences))

    def _changes(self, before: Paid, after: Paid) -> dict[str, float]:
        """How what is paid to the others changes, by how it is called: each right, then the benefits together."""
        found = {label: after[name] - before[name] for name, label in self.labels.items() if name in before}
        found["prestations familiales"] = sum(after[n] - before[n] for n in before if n not in self.labels)
        return found

    # -- amounts ----------------------------------------------------------------------------------------

    def _rights(self, joint: JointAmounts) -> Paid:
        """The mean of each right once all are claimed, which is the last state."""
        return {
            name: float(amounts[-1] @ joint.weights) / (MONTHS_PER_YEAR if name in self.yearly else 1)
            for name, amounts in joint.amounts.items()
        }

    def _benefits(self, household: HouseholdBase) -> Paid:
        """The benefits that are said or else estimated, without those that are not known."""
        book, names = self.rulebook, tuple(variable.name for variable in _estimated(self.rulebook))
        if not names:
            return {}
        month = self.screener.month
        plan = book.once(("benefits", month), lambda: compile_plan(book, month, names, unasked=book.hypotheses))
        ends = Reading(plan, *reader_of(plan).read(household)).ends
        values = ((name, known(pair)) for name, pair in zip(names, ends, strict=True))
        return {name: value for name, value in values if value is not None}

    def _with_benefits_moved(self, left: HouseholdBase) -> HouseholdBase:
        """The household without one of its members, what it says of its benefits moved as their estimate is."""
        data = left.model_dump(exclude_none=True)
        said: Data = data.get(BENEFITS, {})
        told = [variable for variable in _estimated(self.rulebook) if _key(variable) in said]
        if not told:
            return left
        before = self._benefits(_silent(self.household, told, self.rulebook))
        after = self._benefits(_silent(left, told, self.rulebook))
        for variable in told:
            key, was, becomes = _key(variable), before.get(variable.name), after.get(variable.name)
            if was is None or becomes is None or (was != becomes and not isinstance(said[key], int | float)):
                del said[key]
            elif was != becomes:
                said[key] = max(said[key] + becomes - was, 0.0)
        return household_model(self.rulebook).model_validate(data)


def _claims_text(person: str, could: Mapping[str, str]) -> str:
    """Which rights somebody could claim alone."""
    claims = " ; ".join(f"{label}, {text}" for label, text in could.items())
    first = "" if TO_SPECIFY not in could.values() else f" Compléter d'abord les réponses de {person}."
    return (
        f"À vérifier avec la Caf ou la MSA avant toute démarche : {person} pourrait faire sa propre demande "
        f"({claims}), sans être compté dans celle du foyer.{first}"
    )


def _changes_text(changes: Mapping[str, float]) -> str:
    """What the others would lose and gain."""
    lost = [f"{label}, {euros(-change)} de moins" for label, change in changes.items() if change <= -SAME]
    won = [f"{label}, {euros(change)} de plus" for label, change in changes.items() if change >= SAME]
    if not lost and not won:
        return "D'après ces réponses, le reste du foyer recevrait à peu près la même chose."
    return f"D'après ces réponses, le reste du foyer recevrait chaque mois : {' ; '.join(lost + won)}."


def _totals_text(together: float, apart: float, better: Better) -> str:
    """Which way of claiming could bring the most."""
    more = f"{euros(abs(apart - together))} de plus par mois"
    first = {
        "either": "Les deux façons de demander reviendraient à peu près au même",
        "apart": f"En tout, une demande à part pourrait rapporter {more}",
        "together": f"En tout, rester dans la demande du foyer pourrait rapporter {more}",
    }[better]
    both = f"{euros(apart)} par mois à part, {euros(together)} ensemble"
    return f"{first} ({both}), tous les droits étant supposés demandés."


def _taxes_text(yearly: Sequence[str]) -> str:
    """What a claim does not change: taxes, and the rights that depend on them."""
    kept = f" ({', '.join(yearly)} : rien n'y change ici)" if yearly else ""
    return (
        "Le rattachement à la déclaration d'impôts est un autre choix, à vérifier aussi : il est laissé tel qu'il "
        f"est{kept}. Une déclaration séparée compterait plus tard, pour les droits qui lisent cet avis d'impôt."
    )


def _estimated(rulebook: Rulebook) -> list[Variable]:
    """The inputs that say a benefit other than the rights, estimated by the rules when nothing is said."""
    rights = {right.received for right in rulebook.rights.values()}
    inputs = (v for v in rulebook.inputs.values() if v.path.startswith(f"{BENEFITS}.") and v.name not in rights)
    return [v for v in inputs if v.default is not None and v.default.op != "const"]


def _key(variable: Variable) -> str:
    """The name of a benefit in its part of the profile."""
    return variable.path.removeprefix(f"{BENEFITS}.")


def _silent(household: HouseholdBase, variables: Iterable[Variable], rulebook: Rulebook) -> HouseholdBase:
    """A household that does not say some benefits; the same one when it said none of them."""
    keys = {_key(variable) for variable in variables}
    data = household.model_dump(exclude_none=True)
    said: Data = data.get(BENEFITS, {})
    if said.keys().isdisjoint(keys):
        return household
    data[BENEFITS] = {key: value for key, value in said.items() if key not in keys}
    return household_model(rulebook).model_validate(data)


def _put(data: Data, path: str, value: Any, rulebook: Rulebook) -> None:
    """Write an answer, in place of the word that said it unknown if there is one; not one that the rules never ask."""
    known_paths = {variable.path for variable in rulebook.inputs.values()}
    *parts, key = path.split(".")
    general = path if not path.startswith("personnes[") else f"personnes[].{key}"
    if general not in known_paths:
        return
    node = data
    for part in parts:
        name, _, rank = part.partition("[")
        node = node["personnes"][int(rank[:-1])] if rank else node.setdefault(name, {})
    node[key] = value
    node.get(UNSAID, {}).pop(key, None)


def _only(paid: Paid, names: Iterable[str]) -> Paid:
    """What is paid under some names."""
    wanted = set(names)
    return {name: value for name, value in paid.items() if name in wanted}


def _is_young(person: Any, month: Month, adult: float) -> bool:
    """Whether a child comes of age by the end of a month, or may have; the rules say until when they are a child."""
    born = getattr(person, "date_naissance", None)
    if getattr(person, "role", None) != "enfant" or born is None:
        return False
    day = day_of(born.get("min", "1900-01") if isinstance(born, dict) else born)
    return month - (day.year * MONTHS_PER_YEAR + day.month - 1) >= adult * MONTHS_PER_YEAR
