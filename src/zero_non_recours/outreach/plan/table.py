"""The candidates of a plan as columns, in an order that only their keys and a seed decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from zero_non_recours.outreach.plan.candidate import INFORMATION, REFUSED, TO_CHECK, Candidate
from zero_non_recours.outreach.plan.errors import PlanningError


@dataclass(frozen=True, slots=True)
class CandidateTable:
    """Candidates, one row each, and what can be done for them: one column per option, padded on the right.

    Rows stand in the order of a keyed digest: sorting them by anything else with a stable sort breaks ties without
    any advantage to a place in the file or in the alphabet.

    Attributes:
        exists: whether there is such an option; none for a household that no right is shown or asked of.
        informs: the options that only inform.
        shown: the households with a right that they are told of.
    """

    candidates: Sequence[Candidate]
    objected: int
    gains: np.ndarray
    minutes: np.ndarray
    appointments: np.ndarray
    exists: np.ndarray
    informs: np.ndarray
    values: np.ndarray
    waiting: np.ndarray
    reach: np.ndarray
    call_gains: np.ndarray
    resources: np.ndarray
    shown: np.ndarray
    to_check: np.ndarray

    def __len__(self) -> int:
        return len(self.candidates)

    @classmethod
    def of(cls, candidates: Iterable[Candidate], seed: int) -> CandidateTable:
        """The table of those who have not objected.

        Raises:
            PlanningError: two candidates have the same key, an option is about a refused right, or a number is not one.
        """
        everybody = list(candidates)
        kept = [candidate for candidate in everybody if not candidate.objected]
        keys = [candidate.key for candidate in kept]
        if len(set(keys)) < len(keys):
            raise PlanningError(
                "cle-double",
                f"{len(keys) - len(set(keys))} ménage(s) ont la clé d'un autre.",
                "Donner une clé différente à chaque ménage.",
            )
        kept = [kept[row] for row in sorted_rows(keys, "rang", seed)]
        _check_refusals(kept)
        width = max((len(candidate.options) for candidate in kept), default=0) or 1
        shape = (len(kept), width)
        sizes = np.array([len(candidate.options) for candidate in kept], np.int64)
        places = np.arange(width) < sizes[:, None]
        options = [option for candidate in kept for option in candidate.options]

        def padded(values: list[float]) -> np.ndarray:
            found = np.zeros(shape)
            found[places] = values
            return found

        status_sets = [set(candidate.statuses.values()) for candidate in kept]
        shown = np.array([bool(candidate.shown) for candidate in kept], np.bool_)
        to_check = np.array([TO_CHECK in statuses for statuses in status_sets], np.bool_)
        table = cls(
            candidates=kept,
            objected=len(everybody) - len(kept),
            gains=padded([option.gain for option in options]),
            minutes=padded([option.minutes for option in options]),
            appointments=padded([float(option.appointment) for option in options]) > 0,
            exists=places & (shown | to_check)[:, None],
            informs=padded([float(option.action in INFORMATION and not option.appointment) for option in options]) > 0,
            values=np.array([candidate.value for candidate in kept], np.float64),
            waiting=np.array([candidate.waiting for candidate in kept], np.float64),
            reach=np.array([candidate.reach for candidate in kept], np.float64),
            call_gains=np.array([candidate.call_gain for candidate in kept], np.float64),
            resources=np.array(
                [np.nan if candidate.resources is None else candidate.resources for candidate in kept], np.float64
            ),
            shown=shown,
            to_check=to_check,
        )
        _check_numbers(table)
        return table


def sorted_rows(keys: Sequence[str], word: str, seed: int) -> list[int]:
    """The places of keys, in an order that only depends on each of them, on a word and on a seed."""
    by = str(seed).encode()
    digests = [
        blake2b(f"{word}\x1f{k}".encode("utf-8", "surrogatepass"), digest_size=16, key=by).digest() for k in keys
    ]
    return sorted(range(len(keys)), key=digests.__getitem__)


def at_choice(columns: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """The value of each row in its chosen column; 0 where the choice is none (negative)."""
    return np.where(chosen >= 0, columns[np.arange(len(chosen)), np.maximum(chosen, 0)], 0).astype(np.float64)


def _check_refusals(candidates: Iterable[Candidate]) -> None:
    for candidate in candidates:
        refused = {right for right, status in candidate.statuses.items() if status in REFUSED}.union(candidate.declined)
        if refused and any(refused.intersection(option.rights) for option in candidate.options):
            raise PlanningError(
                "droit-refuse",
                "Une action porte sur un droit que le ménage ne veut pas demander.",
                "Retirer ce droit des actions proposées.",
            )


def _check_numbers(table: CandidateTable) -> None:
    columns = (table.gains, table.minutes, table.values, table.waiting, table.reach, table.call_gains)
    known = table.resources[~np.isnan(table.resources)]
    if not all(np.isfinite(column).all() for column in (*columns, known)) or (table.minutes < 0).any():
        raise PlanningError(
            "nombre",
            "Un gain, une durée ou une valeur d'un ménage n'est pas un nombre fini, ou une durée est négative.",
            "Corriger ce qui est calculé pour ce ménage.",
        )
