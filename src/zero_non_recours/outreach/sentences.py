"""What the model says of a right, in French: what to read to the person, and why, in the order of an explanation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zero_non_recours.outreach.missing import NextQuestion
from zero_non_recours.outreach.parameters import Covariate, OutreachParameters
from zero_non_recours.outreach.result import Explanation, Monthly, Value
from zero_non_recours.outreach.weigh import Weighed
from zero_non_recours.profile.follow_up import RightSteps
from zero_non_recours.rulebook.model import Right
from zero_non_recours.screening.result import RightResult
from zero_non_recours.screening.sentences import status_sentence, supposed_amounts
from zero_non_recours.screening.wording import count, euros, long_day, per

OBJECTED = "Ce ménage ne souhaite pas être contacté pour ses droits : rien n'est proposé."
DECLINED = "La personne ne souhaite pas ce droit : il n'est pas proposé. Elle peut changer d'avis à tout moment."
OPENED = "S'ouvre une fois les autres droits de la liste demandés."
_CHANNELS = {"parole": "d'après la personne", "document": "d'après un document"}
_SURENESS = {
    "verifie": "chiffre vérifié",
    "derive": "calculé à partir de chiffres publiés",
    "hypothese": "hypothèse",
    "connaissance_generale": "connaissance générale, à vérifier",
}
FEW, MANY = 0.02, 0.98


def capitalised(text: str) -> str:
    """A sentence that begins with a capital; the others are left as they are."""
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """« 34 % », « moins de 2 % », « plus de 98 % »."""
    if share < FEW:
        return "moins de 2 %"
    return "plus de 98 %" if share > MANY else f"{round(100 * share)} %"


def about(amount: float) -> str:
    """« environ 560 € » : an estimate is not told to the cent."""
    shown = round(amount) if abs(amount) < 100 else round(amount / 10) * 10
    return f"environ {euros(float(shown))}"


def chances(share: float) -> str:
    """« environ 7 chances sur 10 »."""
    tenths = round(10 * share)
    if tenths == 0:
        return "moins d'une chance sur 10"
    return "presque sûr" if tenths == 10 else f"environ {count(tenths, 'chance', 'chances')} sur 10"


def reasons_of(
    weighed: Weighed,
    result: RightResult,
    monthly: Monthly,
    right: Right,
    steps: RightSteps,
    *,
    opened: bool,
    drawn: bool,
    asked: Sequence[NextQuestion],
) -> Iterable[str]:
    """What to read to the person of a right to act on, in order."""
    one = weighed.standing
    yield _first(weighed, result, opened)
    if weighed.status == "act_first" and one.deadline:
        yield f"À faire d'abord : la date limite est le {long_day(one.deadline)} ; ensuite, il sera trop tard."
    if steps.claimed and result.received is not True:
        day = f" le {long_day(steps.claimed_on.isoformat())}" if steps.claimed_on else ""
        yield f"Déjà demandé{day}, sans paiement connu : relancer, sans refaire de demande."
    elif weighed.unused is None and result.next_steps["retroactive"] is False and right.amount_unit != "€/an":
        yield "À demander avant la fin du mois, même s'il manque des papiers : les mois déjà passés ne sont pas payés."
    if monthly.net_in_bundle == 0 and weighed.unused is None and one.eligible == 1:
        yield "Demandé avec les autres droits de la liste, il ne rapporterait rien de plus ce mois-là."
    if drawn and weighed.refusal >= 0.2 and weighed.unused is None:
        yield f"Une demande pourrait être refusée ({chances(weighed.refusal)}) : vérifier d'abord ce qui manque."
    for question in (asked or result.missing)[:2]:
        yield f"À demander : {question.question}{f' ({question.who})' if question.who else ''}"


def _first(weighed: Weighed, result: RightResult, opened: bool) -> str:
    """What is said of the right in one sentence: due or not, received or not."""
    one = weighed.standing
    if weighed.unused is not None:
        known = "n'a pas été utilisé" if weighed.unused == 1 else "a peut-être été oublié"
        return f"Déjà reçu, mais il {known} ; l'utiliser avant sa date limite."
    if opened:
        return OPENED
    said = capitalised(status_sentence(result))
    if one.declared is False:
        return f"{said} ; le dossier dit qu'il n'est pas reçu."
    if one.declared is None:
        return f"{said} ; on ne sait pas s'il est déjà reçu."
    return f"{said} ; le dossier dit qu'il est reçu, à vérifier."


def other_reason(weighed: Weighed, result: RightResult) -> str:
    """Why a right is not to act on now."""
    said = f" {text}" if (text := result.next_steps["text"]) else ""
    if weighed.status == "declined":
        return DECLINED
    if weighed.status == "already_received":
        return f"Déjà perçu, d'après le dossier{'.' if said else ''}{said}"
    if weighed.status == "not_open":
        return f"{capitalised(status_sentence(result))}, mais il n'y a rien à demander en ce moment.{said}"
    failing = [c.text for c in result.conditions if c.value is False]
    reason = f" ; condition non remplie : {failing[0]}" if failing else ""
    supposed = "".join(f" {text}" for text in supposed_amounts(result))
    return f"Pas estimé dû avec ces réponses : {status_sentence(result)}{reason}.{supposed}{said}"


def explanation_of(
    weighed: Weighed,
    result: RightResult,
    monthly: Monthly,
    value: Value,
    *,
    rulebook_version: str,
    covariates: Sequence[Covariate],
    channel: str,
    figures: OutreachParameters,
    rank: int | None,
    tied_with: Sequence[str],
    asked: Sequence[NextQuestion],
    threshold: float | None,
    next_label: str,
) -> Iterable[Explanation]:
    """Why a right stands where it does, from what was read to what would change it."""
    one = weighed.standing
    held = [c for c in result.conditions if c.value is True]
    texts = [f"Conditions remplies avec les réponses du dossier : {' ; '.join(c.text for c in held)}."] if held else []
    supposed = list(dict.fromkeys(a.label for a in result.assumptions))
    if supposed:
        more = f" et {len(supposed) - 4} autres" if len(supposed) > 5 else ""
        texts.append(f"Supposé faute de réponse : {', '.join(supposed[: 4 if more else 5])}{more}.")
    yield Explanation("inputs", " ".join(texts) or "Aucune condition n'est sûre avec les réponses du dossier.")
    references = dict.fromkeys(c.reference for c in result.conditions if c.reference)
    articles = f" ({' ; '.join(references)})" if references else ""
    yield Explanation("rules", f"Règles, version {rulebook_version}{articles}.")
    if result.missing:
        fields = ", ".join(dict.fromkeys(m.label for m in result.missing))
        missing = count(len(result.missing), "réponse manque", "réponses manquent")
        yield Explanation(
            "unknown",
            f"{missing} ({fields}). D'après ce qu'on en sait, le droit est ouvert : {chances(one.eligible)}.",
        )
    else:
        yield Explanation("unknown", "Aucune réponse ne manque pour ce droit.")
    rate = figures.base_rates.of(one.code)
    shown = rate.rate if weighed.unused is None or rate.unused is None else rate.unused
    low, high = shown.interval
    period = "" if shown.period == "sans objet" else f" ; {shown.period}"
    moved = f" Il est modifié par : {', '.join(c.label for c in covariates)}." if covariates else ""
    yield Explanation(
        "base_rate",
        f"Taux de base : {percent(shown.value)} (entre {percent(low)} et {percent(high)}). {shown.definition}{period}. "
        f"Source : {shown.source} [{_SURENESS[shown.sureness]}].{moved}",
    )
    said = {True: "il est reçu", False: "il n'est pas reçu", None: "rien de sa réception"}[result.received]
    source = "" if result.received is None else f", {_CHANNELS[channel]}"
    yield Explanation(
        "receipt",
        f"Le dossier dit : {said}{source}. S'il est dû, il n'est pas reçu : {chances(one.not_receiving)}.",
    )
    yield Explanation("amounts", _amounts(result, monthly, value, weighed))
    yield Explanation("order", _order(weighed, rank, tied_with, value))
    changes: list[str] = []
    if threshold is not None and next_label:
        changes.append(f"Il passerait derrière « {next_label} » si le taux de base était sous {percent(threshold)}.")
    changes += [f"Répondre à « {question.question} »." for question in asked[:2]]
    if weighed.unused is not None:
        changes.append("Savoir s'il a servi le changerait.")
    elif one.declared is None:
        changes.append("Savoir s'il est déjà reçu, un document en main, le changerait beaucoup.")
    yield Explanation("change", " ".join(changes) or "Un changement de situation : refaire le calcul.")


def _amounts(result: RightResult, monthly: Monthly, value: Value, weighed: Weighed) -> str:
    paid = result.amount
    if weighed.unused is not None:
        return f"Ce qui n'aurait pas servi : {about(value.mean)} en moyenne."
    times, unit = (12, per(paid.unit)) if paid.unit == "€/an" else (1, "par mois")
    alone = f"Demandé seul : {euros(monthly.gross * times)} {unit}"
    if monthly.p10 != monthly.p90:
        alone += f" (8 fois sur 10, entre {euros(monthly.p10 * times)} et {euros(monthly.p90 * times)})"
    together = f"avec tous les droits à demander, sa part est de {euros(monthly.net_in_bundle * times)} {unit}"
    return (
        f"{alone} ; {together}. Sur un an, compte tenu de ce qui est incertain : {about(value.mean)} "
        f"(entre {euros(float(round(value.p10)))} et {euros(float(round(value.p90)))})."
    )


def _order(weighed: Weighed, rank: int | None, tied_with: Sequence[str], value: Value) -> str:
    if rank is None:
        return "Pas classé : il n'y a rien à demander maintenant."
    why = {
        "act_first": "une date limite approche",
        "probably_missing": "il manque probablement",
        "possibly_missing": "il manque peut-être",
        "to_check": "il reste à vérifier",
    }[weighed.status]
    tied = (
        f" À égalité avec : {', '.join(tied_with)} ; l'écart est trop faible pour les départager." if tied_with else ""
    )
    return f"Classé {rank} : {why}, puis par ce qu'il vaut sur un an ({about(value.mean)}).{tied}"


def effect_sentence(label: str, other: str, before: float, after: float) -> str:
    """What claiming a right does to another: « Avec l'APL, le RSA passerait de 651 € à 574 € par mois. »"""
    if before <= 0:
        return f"Demander « {label} » ouvrirait aussi « {other} » : {euros(after)} par mois."
    if after <= 0:
        return f"Demander « {label} » fermerait « {other} » ({euros(before)} par mois) : comparer avant de choisir."
    moves = f"« {other} » passerait de {euros(before)} à {euros(after)} par mois"
    return f"Avec « {label} », {moves} ; ce que les droits rapportent ensemble en tient compte."


def linked_sentence(linked: Sequence[str]) -> str:
    """What else a right opens or goes with, not priced."""
    return f"Ce droit ouvre ou facilite aussi : {' ; '.join(linked)}."
