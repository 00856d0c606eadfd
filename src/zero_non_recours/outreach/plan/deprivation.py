"""How far the households helped are also those with the least resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from zero_non_recours.outreach.plan.table import CandidateTable

SOURCE = (
    "Haushofer et al., American Economic Review, 2025 : "
    "choisir selon l'effet attendu et choisir selon la pauvreté ne désigne pas les mêmes ménages."
)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Households helped by the plan, beside as many taken by resources, the poorest first.

    Targeting what helps most and targeting the poorest choose different households: both lists are shown.

    Attributes:
        helped: households of the plan that get more than information.
        poorest: households in the list by resources; fewer when resources are not known.
        both: households in both lists; `None` when the lists are too short to be shown.
        share: `both` over `poorest`.
        unknown: households whose resources are not known: they cannot be in the list by resources.
    """

    helped: int
    poorest: int
    both: int | None
    share: float | None
    unknown: int

    @property
    def sentence(self) -> str:
        """What there is to read, in French."""
        if self.both is None or self.share is None:
            return "Trop peu de ménages pour comparer le plan avec un ordre selon les ressources."
        return (
            f"{self.both} ménages aidés sur {self.helped} seraient aussi dans une liste de même taille "
            f"des ressources les plus faibles ({round(100 * self.share)} %) ; "
            f"{self.unknown} ont des ressources inconnues."
        )

    def model_dump(self) -> dict[str, Any]:
        """The JSON shape of the comparison."""
        return {
            "helped": self.helped,
            "poorest": self.poorest,
            "both": self.both,
            "share": self.share,
            "unknown": self.unknown,
            "sentence": self.sentence,
            "source": SOURCE,
        }


def overlap_with_poorest(table: CandidateTable, helped: np.ndarray, least: int) -> Overlap:
    """The overlap of the households helped with the poorest of those that could be entitled to something.

    Args:
        table: the candidates.
        helped: those who get more than information.
        least: size under which nothing is shown.
    """
    known = np.flatnonzero(table.shown & ~np.isnan(table.resources))
    size = int(helped.sum())
    poorest = known[np.argsort(table.resources[known], kind="stable")][:size]
    both = int(helped[poorest].sum())
    unknown = int((table.shown & np.isnan(table.resources)).sum())
    if len(poorest) < least:
        return Overlap(size, len(poorest), None, None, unknown)
    return Overlap(size, len(poorest), both, round(both / len(poorest), 3), unknown)
