"""What an audit measures, as ratios of sums over households, so that resamples cost a product of matrices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from zero_non_recours.outreach.plan.table import CandidateTable

MEASURES = {
    "acces": "part des droits manquants dont le ménage reçoit plus qu'une information",
    "acces_euros": "part de la valeur des droits manquants dont le ménage reçoit plus qu'une information",
    "droits_par_menage_aide": "droits manquants par ménage aidé",
    "precision": "part des ménages aidés à qui il manquait un droit",
    "ecart_calibration": "droits annoncés manquants moins droits trouvés manquants, par droit examiné",
    "rang_moyen": "rang moyen dans le plan, de 0 (premier) à 1 (dernier)",
    "part_a_verifier": "part des ménages dont un droit est à vérifier d'abord",
    "part_incomplets": "part des dossiers incomplets",
}
"""Measures by name; `precision` and `ecart_calibration` need what was found afterwards."""


@dataclass(frozen=True, slots=True)
class Measured:
    """For each measure, three columns: what is summed above, below, and the households that are counted below."""

    names: tuple[str, ...]
    columns: np.ndarray

    @property
    def width(self) -> int:
        """How many columns there are."""
        return 3 * len(self.names)

    def ratio(
        self, name: str, sums: tuple[np.ndarray, np.ndarray], least: int
    ) -> tuple[float | None, np.ndarray | None]:
        """A measure, and the same in each resample; `None` when it counts fewer households than `least`."""
        first = 3 * self.names.index(name)
        above, below, counted = sums[0][first : first + 3]
        if counted < least or below <= 0:
            return None, None
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(above / below), sums[1][:, first] / sums[1][:, first + 1]


def measures_of(
    table: CandidateTable, helped: np.ndarray, ranks: np.ndarray, truth: Mapping[str, Mapping[str, float]] | None
) -> Measured:
    """The measures of a plan.

    Args:
        table: the candidates.
        helped: those who get more than information.
        ranks: their places in the plan, NaN without one.
        truth: for households, the euros of each right found missing; those it does not name are left out of what
            needs it.
    """
    one = np.ones(len(table))
    sel = helped.astype(np.float64)
    ranked = np.isfinite(ranks)
    reach, values = np.maximum(table.reach, 0.0), np.maximum(table.values, 0.0)
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    if truth is None:
        found["acces"] = (sel * reach, reach)
        found["acces_euros"] = (sel * values, values)
        found["droits_par_menage_aide"] = (sel * reach, sel)
    else:
        known = np.array([candidate.key in truth for candidate in table.candidates], np.float64)
        true = [truth.get(candidate.key, {}) for candidate in table.candidates]
        rights = np.array([float(sum(euros > 0 for euros in row.values())) for row in true])
        euros = np.array([float(sum(max(0.0, value) for value in row.values())) for row in true])
        examined = np.array([float(len(candidate.statuses)) for candidate in table.candidates])
        missing = (rights > 0).astype(np.float64)
        found["acces"] = (sel * missing, missing)
        found["acces_euros"] = (sel * euros, euros)
        found["droits_par_menage_aide"] = (sel * rights, sel * known)
        found["precision"] = (sel * missing, sel * known)
        found["ecart_calibration"] = (known * (reach - rights), known * examined)
    found["rang_moyen"] = (np.where(ranked, ranks - 1, 0.0) / max(1, ranked.sum() - 1), ranked.astype(np.float64))
    found["part_a_verifier"] = (table.to_check.astype(np.float64), one)
    found["part_incomplets"] = (np.array([float(not c.complete) for c in table.candidates]), one)
    columns = [
        column
        for above, below in found.values()
        for column in (above, below, (below > 0).astype(np.float64))
    ]  # fmt: skip
    return Measured(tuple(found), np.stack(columns, axis=1) if len(table) else np.zeros((0, 3 * len(found))))
