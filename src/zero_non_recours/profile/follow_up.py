"""The steps already taken with a household: kept in its profile (`suivi`) by the caller, read by no rule.

The block is made of fields like any other, for each right of the rules in use, under its name: the model, the JSON
Schema, the columns of a caseload and the words for an unknown answer follow. `household.suivi` is what was written,
`{"rsa": {"refus": true}}`; `steps_of` says it to the rest of the code, whether there is a block or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from zero_non_recours.profile.fields import FieldType, ProfileField, ProfilePart
from zero_non_recours.profile.ranges import is_range
from zero_non_recours.profile.unsaid import FIELD as UNSAID_FIELD
from zero_non_recours.profile.values import day_of

BLOCK = "suivi"
OPPOSITION = "opposition"
NO_RIGHT = frozenset([OPPOSITION, UNSAID_FIELD])
"""Names in the block that a right cannot have."""

Channel = Literal["parole", "document"]
SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "jamais_entendu_parler": "N'en avait jamais entendu parler",
        "jamais_simule": "N'a jamais fait de simulation",
        "commence_puis_arrete": "A commencé la demande, puis s'est arrêté",
        "indu_passe": "A dû rembourser un indu",
        "rendez_vous_sans_proposition": "A eu un rendez-vous où ce droit n'a pas été proposé",
    }
)
"""What somebody noted about why a right is not claimed, with its French label."""
_CHANNELS: Mapping[str, str] = {"parole": "Ce que dit la personne", "document": "Un document, ou l'organisme"}


@dataclass(frozen=True, slots=True)
class RightSteps:
    """What was done about one right; by default nothing is known.

    Attributes:
        refused: whether the person does not want this right; `None` is unknown.
        channel: where what is said of its receipt comes from.
        claimed: whether it was claimed, on a day that may be unknown.
        claimed_on: the day of the claim, the 15th when only its month is written; `None` when it is a range of days.
        signs: codes of `SIGNS`, in their order.
        used: whether what was received (a voucher) has been used; `None` is unknown.
    """

    refused: bool | None = None
    channel: Channel = "parole"
    claimed: bool = False
    claimed_on: date | None = None
    signs: tuple[str, ...] = ()
    used: bool | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """What was done with a household.

    Attributes:
        objected: whether it objects to being contacted about its rights; unknown is no objection.
        rights: by right, for those about which something is written.
    """

    objected: bool = False
    rights: Mapping[str, RightSteps] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, right: str) -> RightSteps:
        """The steps of a right, empty when nothing is written about it."""
        return self.rights.get(right, _NO_STEPS)


_NO_STEPS = RightSteps()
_NOTHING = Steps()


def steps_of(household: Any) -> Steps:
    """The steps already taken with a validated household (`Household`), empty when none is written."""
    block = getattr(household, BLOCK, None)
    if block is None:
        return _NOTHING
    said = {name: part for name, part in block.__dict__.items() if name not in NO_RIGHT and part is not None}
    return Steps(block.opposition is True, MappingProxyType({name: _right(part) for name, part in said.items()}))


def _right(part: Any) -> RightSteps:
    claim = part.demande_le
    return RightSteps(
        refused=part.refus,
        channel=part.preuve or "parole",
        claimed=claim is not None,
        claimed_on=None if claim is None or is_range(claim) else day_of(claim),
        signs=part.signes or (),
        used=part.utilise,
    )


def follow_up_fields(rights: Iterable[str]) -> Iterator[ProfileField]:
    """The fields of the block, for some rights."""
    yield _field("booleen", "Opposition", "Le ménage s'oppose-t-il à être contacté pour ses droits ?", OPPOSITION)
    for name in rights:
        yield _field("booleen", "Droit refusé", "La personne a-t-elle dit ne pas vouloir de ce droit ?", name, "refus")
        said = "Qui dit que ce droit est reçu, ou ne l'est pas : la personne, ou un document ?"
        yield _field("enumeration", "Preuve de ce qui est reçu", said, name, "preuve", values=_CHANNELS)
        yield _field("date", "Date de la demande", "Quand ce droit a-t-il été demandé ?", name, "demande_le")
        seen = "Qu'a-t-on remarqué qui expliquerait que ce droit ne soit pas demandé ?"
        yield _field("liste", "Signes relevés", seen, name, "signes", values=SIGNS)
        yield _field("booleen", "Utilisé", "Le chèque reçu a-t-il été utilisé ?", name, "utilise")


def follow_up_parts(rights: Mapping[str, str]) -> Iterator[ProfilePart]:
    """What the block is, and each of its parts, for the JSON Schema."""
    purpose = "Ce qui a déjà été fait avec le ménage. Aucune règle ne le lit ; rien n'en est conservé."
    yield ProfilePart((BLOCK,), "Suivi", purpose)
    for name, label in rights.items():
        yield ProfilePart((BLOCK, name), f"Suivi : {label}", "Ce qui a déjà été fait pour ce droit.")


def _field(
    kind: FieldType, label: str, question: str, *keys: str, values: Mapping[str, str] = MappingProxyType({})
) -> ProfileField:
    path = (BLOCK, *keys)
    return ProfileField(".".join(path), "", kind, "1", label, question, values=values, keys=path)
