"""How likely a right is, in French that can be read to the person."""

from __future__ import annotations

from zero_non_recours.screening.result import RightResult
from zero_non_recours.screening.wording import euros, per

_SURE, _UNLIKELY = 0.95, 0.05


def likelihood_sentence(result: RightResult) -> str:
    """What draws of the unknown answers say of an open right; an empty text when there are none."""
    found = result.likelihood
    if found is None:
        return ""
    amounts = ""
    if found.p90 > 0 and found.p10 < found.p90:
        least = f"entre {euros(found.p10)} et" if found.p10 > 0 else "jusqu'à"
        most, mean = f"{euros(found.p90)} {per(result.amount.unit)}", euros(found.mean)
        amounts = f"le plus souvent {least} {most}, {mean} en moyenne"
    chances = "" if result.status == "eligible" else f"{_chances(found.p_eligible)} d'y avoir droit"
    said = " ; ".join(filter(None, (chances, amounts)))
    return f"estimation provisoire : {said}" if said else ""


def _chances(probability: float) -> str:
    """« environ 7 chances sur 10 »; never certain where answers are missing."""
    if probability >= _SURE:
        return "plus de 9 chances sur 10"
    if probability <= _UNLIKELY:
        return "moins d'une chance sur 10"
    tenths = min(max(round(probability * 10), 1), 9)
    return f"environ {tenths} chance{'s' if tenths > 1 else ''} sur 10"
