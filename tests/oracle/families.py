"""The families of rights that are compared: households, months, and who computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from .comparison import Amounts, Answers
from .months import parts
from .population import Generator, energy, housing, random_profiles, rsa_ppa
from .reading import Profile

Case = tuple[str, Profile]
OF_PERSONS = "personnes[]."


@dataclass(frozen=True)
class Family:
    """Rights compared on the same households."""

    name: str  # of the modules of `peer`, `population`, `exclusions`, `differences` and `examples`
    rights: tuple[str, ...]
    months: tuple[str, ...]
    generator: Generator
    households: int
    least_share: float = 0.5

    def cases(self, seed: int, count: int, months: Sequence[str]) -> list[Case]:
        return random_profiles(seed, count, months, self.generator)

    def library(self, profiles: Sequence[Profile], month: str) -> Iterator[Amounts]:
        """The library's amounts; None where it says it cannot tell."""
        from zero_non_recours import Household, evaluate, screen_many

        rulebook = _rulebook()
        year, number = parts(month)
        if 12 * year + number - 1 >= rulebook.coverage.first:
            households = [Household.model_validate(profile) for profile in profiles]
            for screening in screen_many(households, month=month, rights=self.rights, rulebook=rulebook):
                yield {right: screening.rights[right].variables[right] for right in self.rights}
        else:  # before the months that can be screened
            names = {variable.name: variable.path for variable in rulebook.variables.values() if variable.path}
            for profile in profiles:
                yield evaluate(self.rights, as_inputs(profile, names), month, rulebook=rulebook)

    def peer(self, profiles: Sequence[Profile], month: str, tbs: Any, as_it_is: bool = False) -> Sequence[Answers]:
        """OpenFisca-France's amounts. Its module is imported here: its environment is not everyone's."""
        return import_module(f".peer.{self.name}", __package__).compute(profiles, month, tbs, as_it_is)

    def of_library(self, cases: Sequence[Case]) -> list[Amounts]:
        return _month_by_month(cases, self.library)

    def of_peer(self, cases: Sequence[Case], tbs: Any, as_it_is: bool = False) -> list[Answers]:
        return _month_by_month(cases, lambda profiles, month: self.peer(profiles, month, tbs, as_it_is))


@cache
def _rulebook() -> Any:
    from zero_non_recours import load_rulebook

    return load_rulebook()


def as_inputs(profile: Profile, paths: Mapping[str, str]) -> dict[str, Any]:
    """A profile as `evaluate` wants it: values by the variables' own names, of the household and of each person."""
    persons = {name: path.removeprefix(OF_PERSONS) for name, path in paths.items() if path.startswith(OF_PERSONS)}
    of_home = {name: path for name, path in paths.items() if not path.startswith(OF_PERSONS)}
    return {
        "foyer": _named(profile, of_home),
        "personnes": [_named(person, persons) for person in profile["personnes"]],
    }


def _named(written: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, path in paths.items():
        value: Any = written
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            found[name] = value
    return found


def _month_by_month(cases: Sequence[Case], compute: Any) -> list[Any]:
    """Answers in the order of the cases, the households of a month computed together."""
    answers: dict[int, Any] = {}
    for month in sorted({month for month, _ in cases}):
        rows = [row for row, case in enumerate(cases) if case[0] == month]
        answers.update(zip(rows, compute([cases[row][1] for row in rows], month), strict=True))
    return [answers[row] for row in range(len(cases))]


RSA_PPA = Family(
    "rsa_ppa",
    ("rsa", "ppa"),
    (
        "2024-02",
        "2024-09",
        "2024-12",
        "2025-02",
        "2025-05",
        "2025-10",
        "2026-01",
        "2026-02",
        "2026-09",
        "2026-11",
    ),
    rsa_ppa.random_profile,
    2500,
)
HOUSING = Family(
    "housing",
    ("aide_logement",),
    (
        "2024-01",
        "2024-06",
        "2024-10",
        "2025-01",
        "2025-06",
        "2025-11",
        "2026-01",
        "2026-07",
        "2026-10",
        "2026-11",
    ),
    housing.random_tenant,
    2500,
)
ENERGY = Family(
    "energy",
    ("cheque_energie",),
    ("2021-06", "2022-06", "2025-11", "2026-11"),
    energy.random_dwelling,
    1200,
)
FAMILIES = (RSA_PPA, HOUSING, ENERGY)


def family_of(right: str) -> Family:
    return next(family for family in FAMILIES if right in family.rights)
