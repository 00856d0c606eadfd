"""What a result says of a right, in French sentences that a caseworker can read aloud."""

from __future__ import annotations

from collections.abc import Iterable

from zero_non_recours.screening.result import Amount, RightResult
from zero_non_recours.screening.wording import count, euros, per

ESTIMATE = "Ces résultats sont des estimations : seul l'organisme qui verse décide."


def status_sentence(result: RightResult) -> str:
    """The outcome in one sentence, never a promise; the conditions that fail are told apart."""
    amount, unit = result.amount, per(result.amount.unit)
    if result.status == "not_eligible":
        return "pas de droit ce mois-là" + (f", {result.near_miss}" if result.near_miss else "")
    if result.status == "undetermined":
        many = count(len(result.missing), "réponse manque", "réponses manquent")
        if amount.expected is not None:
            return f"à préciser, {many} ; le montant serait {euros(amount.expected)} {unit}{_range(amount)}"
        return f"à préciser, {many}" + (f" ; le montant serait {between(amount)} {unit}" if _bounded(amount) else "")
    if amount.expected is not None:
        return f"pourrait avoir droit à {euros(amount.expected)} {unit}{_range(amount)}"
    return "pourrait avoir droit à cette aide" + (f", {between(amount)} {unit}" if _bounded(amount) else "")


def _bounded(amount: Amount) -> bool:
    return amount.low is not None and amount.high is not None


def _range(amount: Amount) -> str:
    """The bounds of an amount that supposes other rights claimed."""
    if amount.low == amount.high or not _bounded(amount):
        return ""
    return f" ({between(amount)}, selon les autres droits perçus)"


def between(amount: Amount) -> str:
    """« entre 0 € et 651,69 € »."""
    return f"entre {euros(amount.low or 0.0)} et {euros(amount.high or 0.0)}"


def supposed_amounts(result: RightResult) -> Iterable[str]:
    """What the amount rests on: each benefit or income that was estimated because nothing is written."""
    for assumption in result.assumptions:
        if assumption.is_amount:
            benefit = assumption.field.startswith("prestations_recues")
            yield (
                f"Ce résultat suppose « {assumption.label} » : {assumption.shown}. {assumption.text} "
                "Sinon, écrire le montant reçu"
                + (" (0 si rien n'est reçu) ; s'il est dû, le demander aussi." if benefit else ".")
            )


def assumption_lines(results: Iterable[RightResult], *, whole: bool = False) -> Iterable[str]:
    """The assumptions of some rights: those with the same reason together, amounts first, all of them if `whole`."""
    grouped: dict[str, dict[str, dict[str, None]]] = {}
    found = [assumption for result in results for assumption in result.assumptions]
    for assumption in sorted(found, key=lambda a: not a.is_amount):
        text = f"{assumption.label} : {assumption.shown}" if assumption.shown else assumption.label
        people = grouped.setdefault(assumption.text, {}).setdefault(text, {})
        if assumption.person is not None:
            people[assumption.person] = None
    for reason, texts in grouped.items():
        shown = [f"{text} ({', '.join(people)})" if people else text for text, people in texts.items()]
        more = f" ; et {len(shown) - 5} autres" if len(shown) > 6 and not whole else ""
        yield f"  - {' ; '.join(shown if not more else shown[:5])}{more}. {reason}"
