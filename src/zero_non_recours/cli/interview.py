"""`znr interview`: asks the missing answers one by one, the most useful first, and keeps the household's file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError

from zero_non_recours.cli.dialogue import ORDERS, Dialogue, GoBack, Stop
from zero_non_recours.cli.files import InputError, problems_of
from zero_non_recours.cli.newcomer import new_household
from zero_non_recours.cli.options import MonthOption, PackOption, RightsOption, book, check_rights
from zero_non_recours.cli.profile_file import ProfileFile, check_suffix
from zero_non_recours.cli.replies import expected, read_reply, shown_reply
from zero_non_recours.cli.text import screening_lines
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.profile.ranges import written_as_range
from zero_non_recours.profile.unsaid import is_unsaid
from zero_non_recours.rulebook.fields import household_model, profile_field
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.screening.result import RightResult, Screening
from zero_non_recours.screening.wording import count, euros, of_month, per

if TYPE_CHECKING:
    from zero_non_recours.outreach.missing import NextQuestion
    from zero_non_recours.outreach.questions import Questions


def interview(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Ménage en YAML ou JSON ; créé s'il n'existe pas.")],
    month: MonthOption = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FICHIER", help="Écrire dans un autre fichier.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Poser aussi les questions qui ne changent que les montants.")
    ] = False,
    right: RightsOption = None,
    pack: PackOption = None,
) -> None:
    """Poser une à une les questions utiles sur un ménage, et enregistrer les réponses.

    Les questions viennent dans l'ordre de ce que la réponse change. Chaque réponse est enregistrée aussitôt : on peut
    arrêter à tout moment (fin, ou Ctrl-C) et reprendre plus tard.
    """
    from zero_non_recours.screening.screen import screener_of

    rulebook, target = book(pack), out or file
    rights = check_rights(rulebook, right)
    check_suffix(target)
    screener_of(rulebook, str(month), rights)  # a month that cannot be is said before the first question
    dialogue = Dialogue()
    dialogue.dim(ORDERS)
    if file.exists():
        profile = ProfileFile.read(file).written_for(target)
    else:
        check_suffix(file)
        try:
            profile = ProfileFile.new(target, new_household(dialogue, rulebook))
        except Stop:
            dialogue.say("Entretien arrêté avant la composition du foyer : rien n'est enregistré.")
            return
    interview = Interview(dialogue, rulebook, str(month), rights, profile, target, everything)
    interview.run(save_first=out is not None or not file.exists())


@dataclass
class Interview:
    """Asks until nothing more is worth asking; each answer makes another file, so that one can go back."""

    dialogue: Dialogue
    rulebook: Rulebook
    month: str
    rights: list[str] | None
    profile: ProfileFile
    target: Path
    everything: bool
    """Whether to ask also what changes nothing in what to do."""
    before: list[ProfileFile] = field(default_factory=list)
    """The file before each answer of this interview."""
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """The fields, with their months, that were asked for: no question comes twice."""

    def run(self, *, save_first: bool) -> None:
        """Ask, show what each answer changes, save, and end with the rights.

        Raises:
            InputError: the household is not valid, or the file cannot be written.
        """
        household = self._household(self.profile)
        if save_first:
            self.profile.save(self.target)
        screening = self._screened(household)
        self._welcome(household, screening)
        try:
            while (question := self._next(questions := self._questions(household))) is not None:
                try:
                    answered = self._ask(question)
                except GoBack:
                    household, screening = self._go_back(household, screening)
                    continue
                self.before.append(self.profile)
                self.asked.append((question.field, question.months))
                self.profile, household = answered
                self.profile.save(self.target)
                found = self._screened(household)
                self._show_changes(screening, found)
                screening = found
            reason = self._reason(questions)
        except (Stop, KeyboardInterrupt):
            reason = "Entretien arrêté."
        self.dialogue.say("")
        self.dialogue.say(reason)
        self.dialogue.say(f"Réponses enregistrées dans {self.target.name}.")
        self.dialogue.say("")
        for line in screening_lines(screening):
            self.dialogue.say(line)

    def _household(self, profile: ProfileFile) -> HouseholdBase:
        try:
            return household_model(self.rulebook).model_validate(profile.data)
        except ValidationError as error:
            raise InputError(problems_of(error, self.target.name)) from None

    def _screened(self, household: HouseholdBase) -> Screening:
        from zero_non_recours.screening.screen import screen

        return screen(household, self.month, rulebook=self.rulebook, rights=self.rights)

    def _questions(self, household: HouseholdBase) -> Questions:
        from zero_non_recours.outreach.questions import next_questions

        return next_questions(household, self.month, rulebook=self.rulebook, rights=self.rights)

    def _next(self, questions: Questions) -> NextQuestion | None:
        queue = (*questions.items, *(questions.others if self.everything else ()))
        return next((q for q in queue if (q.field, q.months) not in self.asked), None)

    def _ask(self, question: NextQuestion) -> tuple[ProfileFile, HouseholdBase]:
        """The file and the household with a valid answer to a question."""
        from zero_non_recours.outreach.missing import input_of

        place = profile_field(input_of(self.rulebook, question.field))
        dialogue = self.dialogue
        dialogue.say("")
        dialogue.title(f"{len(self.asked) + 1}. {question.question}", question.who)
        if question.why:
            dialogue.dim(question.why)
        if question.sensitivity == "sensitive":
            dialogue.dim(f"Question sensible : on peut ne pas répondre (refus). Elle sert pour {question.reference}.")
        for rank, words in enumerate(question.choices.values(), 1):
            dialogue.say(f"   {rank}. {words}")
        while True:
            reply = dialogue.reply(expected(place, question.months), _use(question, self.rulebook))
            try:
                answer = read_reply(reply, place, question.months)
                profile = self._written(question, answer)
                household = household_model(self.rulebook).model_validate(profile.data)
            except ValidationError as error:
                dialogue.wrong(" ".join(item["msg"] for item in error.errors(include_url=False)))
            except ValueError as error:
                dialogue.wrong(f"{error}.")
            else:
                dialogue.dim(f"Noté : {shown_reply(answer, place)}")
                return profile, household

    def _written(self, question: NextQuestion, answer: Any) -> ProfileFile:
        """The file with an answer; months stand beside those already written."""
        if question.months:
            known = self.profile.answered(question.field)
            beside = known if isinstance(known, dict) and not written_as_range(known) else {}
            if is_unsaid(answer) and beside:
                answer = dict.fromkeys(question.months, answer)
            if isinstance(answer, dict):
                answer = {**beside, **answer}
        return self.profile.with_answer(question.field, answer)

    def _go_back(self, household: HouseholdBase, screening: Screening) -> tuple[HouseholdBase, Screening]:
        """Withdraw the last answer of this interview."""
        if not self.before:
            self.dialogue.say("C'est la première question de cet entretien.")
            return household, screening
        self.profile = self.before.pop()
        self.asked.pop()
        self.profile.save(self.target)
        self.dialogue.say("La réponse précédente est retirée.")
        household = self._household(self.profile)
        return household, self._screened(household)

    def _reason(self, questions: Questions) -> str:
        """Why there is nothing more to ask."""
        left = 0 if self.everything else len(questions.others)
        reason = questions.stop or "Toutes les questions ont été posées."
        if not left:
            return reason
        more = count(left, "question préciserait", "questions préciseraient")
        return f"{reason} {more} encore les montants : znr interview {self.target} --all"

    def _welcome(self, household: HouseholdBase, screening: Screening) -> None:
        dialogue = self.dialogue
        dialogue.say("")
        dialogue.say(f"Droits {of_month(parse_month(screening.month))}. Personnes : {', '.join(_people(household))}.")
        for note in screening.notes:
            dialogue.say(f"Attention : {note}")
        for result in screening.rights.values():
            dialogue.say(f"   {result.label} : {_range(result)}")

    def _show_changes(self, before: Screening, after: Screening) -> None:
        """The rights whose amount or status an answer changed, and what is new to know."""
        for note in after.notes:
            if note not in before.notes:
                self.dialogue.say(f"   Attention : {note}")
        for name, result in after.rights.items():
            old = before.rights.get(name)
            was, now = "" if old is None else _range(old), _range(result)
            if was != now:
                self.dialogue.say(f"   {result.label} : {was} → {now}" if was else f"   {result.label} : {now}")


def _range(result: RightResult) -> str:
    """What a right may pay, on a few words: « de 0 à 651,69 € par mois »."""
    low, high, unit = result.amount.low, result.amount.high, per(result.amount.unit)
    if result.status == "not_eligible":
        return "pas de droit"
    if low is None or high is None:
        return f"à partir de {euros(low)} {unit}" if low else "à préciser"
    return f"{euros(low)} {unit}" if low == high else f"de {euros(low).removesuffix(' €')} à {euros(high)} {unit}"


def _people(household: HouseholdBase) -> Iterator[str]:
    """The persons of a household, by their key or their rank, with their place when it adds something."""
    from zero_non_recours.screening.wording import person_name

    for rank, person in enumerate(household.personnes):
        name, role = person_name(person, rank), person.role or ""
        yield name if role and role in name else f"{name} ({role or 'place inconnue'})"


def _use(question: NextQuestion, rulebook: Rulebook) -> str:
    """The rights that an answer counts for."""
    return f"Cette réponse compte pour : {', '.join(rulebook.rights[name].label for name in question.rights)}."
