"""Chèque énergie: the differences that leave a dwelling out. "Rows" are those of the dossier's table."""

from __future__ import annotations

from .. import energy, facts
from ..months import parts
from ..reading import Profile
from .registry import exclusion

RIGHT = "cheque_energie"
IN_FORCE, OF_PEER = "2023-01", "2021-01"


def band(profile: Profile, month: str, since: str) -> int:
    """In which part of a table of limits the income of a unit is."""
    each = energy.income_of_a_unit(profile, month)
    return sum(each >= limit for limit in facts.in_force(facts.CHEQUE_ENERGIE_LIMITS, since))


@exclusion(RIGHT, article="arrêté of 3 March 2023", row="D-1")
def limits_since_2023(profile: Profile, month: str) -> bool:
    """From 2023, income for one unit between the limits of 2021 and those in force: OpenFisca stopped at the first."""
    return month >= IN_FORCE and band(profile, month, IN_FORCE) != band(profile, month, OF_PEER)


@exclusion(RIGHT, article="code de l'énergie L124-1, loi n° 2025-127, art. 173", row="D-2")
def holder_of_the_contract(profile: Profile, month: str) -> bool:
    """Since 2025, other people than the claimant's tax household live there, or hold the electricity contract: only the
    holder's tax household counts in law, the whole dwelling in OpenFisca.
    """
    holder = energy.home(profile).get("titulaire_electricite")
    return energy.by_contract(month) and (holder != "demandeur" or not energy.one_return(profile))


@exclusion(RIGHT, article="code de l'énergie R124-1", row="D-3")
def income_on_a_limit(profile: Profile, month: str) -> bool:
    """Income for one unit within a cent of a limit: exact in law; OpenFisca counts tenths of a unit in single
    precision.
    """
    inexact = energy.units(profile, month).denominator not in (1, 2, 4)
    return inexact and energy.distance_to_a_limit(profile, month) < 0.01


@exclusion(RIGHT, article="code de l'énergie R124-1", row="D-4")
def shared_children_of_a_lone_adult(profile: Profile, month: str) -> bool:
    """One adult and several children in alternating residence: a quarter of a unit for the first, 0.15 for each other
    in law; OpenFisca makes one person of two children.
    """
    return energy.units(profile, month) != energy.units_of_peer(energy.present(profile, month))


@exclusion(RIGHT, article="code de l'énergie L124-1, R124-1", row="D-5")
def tenures_left_out(profile: Profile, month: str) -> bool:
    """Housed free of charge, or in a home without convention: the tenure does not matter in law; nothing in
    OpenFisca.
    """
    tenure = energy.home(profile).get("statut")
    in_home = tenure == "locataire_foyer" and not energy.has_aid_of_residences(profile, month)
    return tenure == "heberge_gratuit" or in_home


@exclusion(RIGHT, article="code de l'énergie L124-1", row="D-6")
def saint_martin(profile: Profile, month: str) -> bool:
    """Saint-Martin: excluded by OpenFisca, in the calendar of the 2024 campaign."""
    return str(energy.home(profile).get("code_insee") or "").startswith(energy.SAINT_MARTIN)


@exclusion(RIGHT, article="décret n° 2024-411", row="D-7")
def campaign_of_2024(profile: Profile, month: str) -> bool:
    """2024: the automatic list took the incomes of 2021, the counter those of 2022; OpenFisca only those of 2022."""
    return parts(month)[0] == 2024


@exclusion(RIGHT, article="code de l'énergie R124-5, since 2025", row="D-8")
def sublet_by_an_association(profile: Profile, month: str) -> bool:
    """Since 2025, a dwelling sub-let by an accredited association has another aid, paid to the association; OpenFisca
    still gives the voucher.
    """
    place = energy.home(profile)
    return energy.has_aid_of_residences(profile, month) and place.get("statut") != "locataire_foyer"


@exclusion(RIGHT, article="code de l'énergie R124-7", row="D-11")
def no_return(profile: Profile, month: str) -> bool:
    """Since 2025, no return was filed: nothing without one in law; OpenFisca takes an income of 0."""
    written = profile.get("fiscal") or {}
    return energy.by_contract(month) and written.get("declaration_faite") is False and not written.get("rfr")


@exclusion(RIGHT, article="code de l'énergie R124-1", row="new: later births")
def born_since(profile: Profile, month: str) -> bool:
    """Someone was born after the year of income: not counted in law, counted by OpenFisca."""
    return len(energy.present(profile, month)) < len(profile["personnes"])


@exclusion(RIGHT, article="code de l'énergie L124-1", row="new: second homes")
def second_home(profile: Profile, month: str) -> bool:
    """Not the main home: nothing in law; OpenFisca has no such condition."""
    return energy.home(profile).get("residence_principale") is False
