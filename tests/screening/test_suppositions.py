"""What a screening and an explanation say of a rule that reads others under a supposition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.engine.packs import rule, write
from zero_non_recours import explain, screen
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import load_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.screening.batch.screen import screen_batch
from zero_non_recours.screening.screen import screener_of

MONTH = "2026-11"
EUROS = "unite: €/mois"
ENTITIES = """\
couverture: {de: 2024-01, a: 2026-12}
entites:
  personne: {libelle: Personne}
  foyer: {libelle: Foyer}
"""
RIGHT = """\
don:
  libelle: Don
  entite: foyer
  montant: don
  unite_montant: €/mois
  conditions: don
  variables: [don]
"""


def field(name: str, unknown: str) -> str:
    return (
        f"{name}:\n  libelle: Montant {name}\n  entite: foyer\n  {EUROS}\n  periode: constante\n"
        f"  profil: logement.{name}\n  question: Combien, {name} ?\n  si_inconnu: {unknown}\n"
    )


def euros(name: str, formula: str) -> str:
    text = rule(name, formula, entity="foyer", kind=EUROS)
    return text.replace("libelle: Règle", f"libelle: Valeur de {name}")


def don(formula: str, condition: str, steps: str = "") -> str:
    conditions = f"  conditions:\n    louer: {{phrase: Louer, references: [S], formule: {condition}}}\n"
    return euros("don", formula).replace("  formule:", f"{conditions}{steps}  formule:")


def country(root: Path) -> Rulebook:
    """Between `aide` as it is and `aide` with another `loyer`."""
    text = field("loyer", "bloquer") + field("charges", "{supposer: loyer / 2}\n  raison: La moitié du loyer")
    text += euros("base", "loyer * 2") + euros("aide", "base + charges")
    steps = "  avec: {autre: 'en_supposant(aide, loyer=0)'}\n"
    text += don("(aide + autre) / 2", "loyer > 0", steps)
    return load_rulebook(write(root, {"entites.yaml": ENTITIES, "p/regles.yaml": text, "p/droit.yaml": RIGHT}))


def home(book: Rulebook, **housing: float) -> HouseholdBase:
    profile: dict[str, Any] = {"personnes": [{}], "logement": housing}
    return household_model(book).model_validate(profile)


def test_a_value_supposed_is_told_once_and_as_it_is_for_the_household(tmp_path: Path) -> None:
    book = country(tmp_path)
    result = screen(home(book, loyer=100.0), MONTH, rulebook=book).rights["don"]
    assert result.amount.expected == ((200 + 50) + (0 + 0)) / 2
    assert [(a.field, a.value) for a in result.assumptions] == [("logement.charges", 50.0)]
    (batch,) = screen_batch(screener_of(book, MONTH), [home(book, loyer=100.0), home(book, loyer=100.0, charges=4.0)])
    assert (batch.expected, batch.assumptions) == ([125.0, (204 + 4) / 2], [1, 0])


def test_an_answer_missing_behind_a_supposition_is_asked(tmp_path: Path) -> None:
    text = field("loyer", "bloquer") + field("charges", "bloquer") + euros("aide", "loyer + charges")
    text += don("en_supposant(aide, loyer=0)", "1 > 0")
    book = load_rulebook(write(tmp_path, {"entites.yaml": ENTITIES, "p/regles.yaml": text, "p/droit.yaml": RIGHT}))
    result = screen(home(book), MONTH, rulebook=book).rights["don"]
    assert (result.status, [m.field for m in result.missing]) == ("undetermined", ["logement.charges"])
    assert screen(home(book, charges=7.0), MONTH, rulebook=book).rights["don"].amount.expected == 7.0


def test_an_explanation_gives_the_value_and_not_the_steps_of_the_supposition(tmp_path: Path) -> None:
    book = country(tmp_path)
    explained = explain(home(book, loyer=100.0, charges=10.0), "don", MONTH, rulebook=book)
    shown = {step.name: (step.value, step.formula, step.with_values) for step in explained.steps}
    assert list(shown) == ["base", "aide", "don"]
    assert shown["aide"][0] == "210 €"
    assert shown["don"] == ("110 €", "(Valeur de aide + autre) / 2", "(210 € + 10 €) / 2")


def test_a_rule_read_only_under_a_supposition_is_not_a_step(tmp_path: Path) -> None:
    text = field("loyer", "bloquer") + field("charges", "bloquer")
    text += euros("base", "loyer * 2") + euros("autre", "loyer * 3")
    text += euros("aide", "base + autre if loyer > 2 * charges else base")
    text += don("en_supposant(aide, loyer=10 * loyer) + autre - autre", "base > 0")
    book = load_rulebook(write(tmp_path, {"entites.yaml": ENTITIES, "p/regles.yaml": text, "p/droit.yaml": RIGHT}))
    explained = explain(home(book, loyer=10.0, charges=25.0), "don", MONTH, rulebook=book)
    assert [step.name for step in explained.steps] == ["autre", "don"]
    assert explained.steps[-1].with_values == "500 € + 30 € − 30 €"
