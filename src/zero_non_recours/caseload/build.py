"""Builds households from answers already checked one by one, without checking each of them again."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from zero_non_recours.profile.model import MAX_PERSONS, HouseholdBase
from zero_non_recours.profile.unsaid import set_apart


class HouseholdBuilder:
    """Builds the model of a household from answers that its columns' own checks have accepted.

    A household of the plainest kind (one claimant, at most one partner, every role written, identifiers all different)
    is built as it is: this is four times as fast. Any other goes through `model_validate`, which decides.
    """

    def __init__(self, model: type[HouseholdBase]) -> None:
        self.model = model
        self._household = _Maker(model)
        annotation: Any = model.model_fields["personnes"].annotation
        self._person = _Maker(annotation.__args__[0])

    def build(self, key: str, people: list[dict[str, Any]], home: dict[str, Any]) -> HouseholdBase:
        """The household.

        Raises:
            pydantic.ValidationError: it is not valid as a whole.
        """
        if not _plain(people):
            return self.model.model_validate({"id": key, "personnes": people, **home})
        make = self._person.make
        return self._household.make({"id": key, **home, "personnes": [make(person) for person in people]})


def _plain(people: list[dict[str, Any]]) -> bool:
    """Whether persons surely make a valid household together."""
    roles = [person.get("role") for person in people]
    if roles.count("demandeur") != 1 or roles.count("conjoint") > 1 or None in roles or len(people) > MAX_PERSONS:
        return False
    names = {person.get("id") for person in people}
    return len(names) == len(people) and None not in names


class _Maker:
    """Makes the parts of a profile of one model, the parts inside them first."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.blank: dict[str, Any] = {}
        self.inner: dict[str, _Maker] = {}
        for name, info in model.model_fields.items():
            if not info.is_required():
                self.blank[name] = info.default
            for part in getattr(info.annotation, "__args__", ()):
                if isinstance(part, type) and issubclass(part, BaseModel) and name != "personnes":
                    self.inner[name] = _Maker(part)

    def make(self, values: dict[str, Any]) -> Any:
        """One part; a pydantic model read back from its own state, as when it is copied or unpickled."""
        for name, maker in self.inner.items():
            if name in values:
                values[name] = maker.make(values[name])
        values = set_apart(values, self.model.answer_names)
        made = self.model.__new__(self.model)
        made.__setstate__(
            {
                "__dict__": {**self.blank, **values},
                "__pydantic_fields_set__": set(values),
                "__pydantic_extra__": None,
                "__pydantic_private__": None,
            }
        )
        return made
