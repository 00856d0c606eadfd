"""The parameters of outreach: each figure is sourced, a file that is wrong says where, and they are no law."""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from zero_non_recours import RulebookError, load_rulebook
from zero_non_recours.outreach.parameters import (
    FOLDER,
    SignedFigure,
    default_outreach_parameters,
    load_outreach_parameters,
)
from zero_non_recours.outreach.take_up import base_rate_quantiles, non_take_up
from zero_non_recours.rulebook.loader import default_rulebook, shipped_rules

FAMILIES = ("canaux", "couts", "durees", "effets", "obtention", "sensibilites", "seuils", "taux_de_base")
FILES = [shipped_rules() / FOLDER / f"{name}.yaml" for name in FAMILIES]
KEYS = set(SignedFigure.model_json_schema(by_alias=True)["properties"])
SHIPPED = default_outreach_parameters()


def figures(node: object) -> Iterator[dict]:
    """Every figure written in a file."""
    if isinstance(node, list):
        node = dict(enumerate(node))
    if isinstance(node, dict):
        if "valeur" in node and "recu" not in node:
            yield node
        for value in node.values():
            yield from figures(value)


def words(node: object) -> Iterator[str]:
    """Every text of a file, keys too."""
    if isinstance(node, dict):
        yield from node
        node = list(node.values())
    if isinstance(node, list):
        for value in node:
            yield from words(value)
    elif isinstance(node, str):
        yield node


def logit(share: float) -> float:
    return math.log(share / (1 - share))


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the shipped parameters."""
    return Path(shutil.copytree(shipped_rules() / FOLDER, tmp_path / FOLDER))


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_figure_says_what_it_is_and_where_it_comes_from(path):
    data = yaml.safe_load(path.read_text("utf-8"))
    found = list(figures(data))
    assert found and data["version"]
    for figure in found:
        written = {key: value for key, value in figure.items() if key in KEYS}
        assert SignedFigure.model_validate(written).source
        assert set(figure) >= {"libelle", "valeur", "unite", "definition", "periode", "champ", "source", "surete"}
        if figure["surete"] == "hypothese":
            assert (
                "ypothèse" in figure["source"]
                or "onvention" in figure["source"]
                or "faute de mesure" in figure["source"]
            )


def test_what_the_figures_say_of_a_right_and_of_a_question():
    found = SHIPPED
    assert found.months_kept("rsa") == pytest.approx(10.55, abs=5e-3)
    assert found.euros_of("rsa", yearly=False) == pytest.approx(0.9 * 10.55, abs=5e-3)
    assert found.euros_of("ppa", yearly=False) == pytest.approx(0.9 * 10.23, abs=5e-3)
    assert found.euros_of("aide_logement", yearly=False) == pytest.approx(0.9 * 10.78, abs=1e-2)
    assert found.euros_of("montreuil.aide", yearly=False) == found.euros_of("ppa", yearly=False)
    assert found.euros_of("cheque_energie", yearly=True) == 0.9
    assert found.claim_cost == pytest.approx(0.6 * 40 + 36)
    assert found.question_cost("oui_non", "neutral") == pytest.approx(0.6)
    assert found.question_cost("montant", "private") == pytest.approx(11.2)
    assert found.question_cost("date", "sensitive") == found.question_cost("autre", "sensitive") == pytest.approx(40.6)


def test_they_are_no_law(tmp_path):
    """The rules leave them alone, and their digest is another one."""
    root = Path(shutil.copytree(shipped_rules(), tmp_path / "rules"))
    change(root / FOLDER, "couts", "valeur: 40", "valeur: 45")
    assert load_rulebook(root).digest == default_rulebook().digest
    changed = load_outreach_parameters(root / FOLDER)
    assert changed.digest != default_outreach_parameters().digest
    assert changed.claim_cost == pytest.approx(0.6 * 45 + 36)
    assert load_outreach_parameters().digest == default_outreach_parameters().digest


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "said"),
    [
        ("durees", "    source: DREES", "    sources: DREES", "reference", "un chiffre cite sa source"),
        ("durees", "    source: DREES", "    sources: DREES", "cle-inconnue", "« sources »"),
        ("durees", "valeur: 0.0240", "valeur: beaucoup", "structure", "un nombre est attendu pour « valeur »"),
        ("durees", "valeur: 0.0240", "valeur: -1", "structure", "un nombre positif ou nul"),
        ("durees", "  autre:", "  autres:", "structure", "il manque « autre »"),
        ("couts", "unite: €/minute", "unite: 3", "structure", "un texte est attendu pour « unite »"),
        ("couts", "surete: hypothese", "surete: certain", "structure", "« surete » est un de ces mots : verifie"),
        ("couts", "minutes_demande:", "minutes_demandes:", "manque", "il manque « minutes_demande »"),
        ("couts", "minute_accompagnement:\n", "minute_accompagnement: 3\nx:\n", "structure", "est une suite de"),
        ("obtention", "valeur: 0.90", "valeur: 0.70", "structure", "n'est pas dans « intervalle »"),
        ("obtention", "[0.80, 1.00]", "[0.80]", "structure", "liste de deux nombres"),
        ("obtention", "[0.80, 1.00]", "[un peu, 1]", "structure", "« intervalle » est une liste de deux nombres"),
        ("sensibilites", 'version: "2026-11-22"', "- liste", "yaml-invalide", "YAML mal formé"),
        ("obtention", "valeur: 0.90", "valeur: oui", "structure", "un nombre est attendu pour « valeur »"),
        ("obtention", "[0.80, 1.00]", "[0.80, 1.10]", "structure", "reste entre 0 et 1"),
        ("taux_de_base", "      poids: 60\n", "", "manque", "il manque « poids »"),
        ("taux_de_base", "poids: 60", "poids: 0", "structure", "plus grand que 0 est attendu pour « poids »"),
        ("taux_de_base", "      intervalle: [0.26, 0.42]\n", "", "manque", "il manque « intervalle »"),
        ("taux_de_base", "[0.26, 0.42]", "[0.35, 0.42]", "structure", "n'est pas dans « intervalle »"),
        ("taux_de_base", "valeur: 0.34", "valeur: 1.34", "structure", "un nombre plus petit que 1"),
        ("taux_de_base", "valeur: 0.34", "valeur: 0", "structure", "un nombre plus grand que 0"),
        ("taux_de_base", "champ: logement.statut", "champ: personnes.sexe", "structure", "une covariable ne lit que"),
        ("taux_de_base", "recu: aide_logement", "recu: aah", "structure", "lit un droit de ce fichier"),
        ("taux_de_base", "recu: aide_logement, valeur: true", "recu: aide_logement", "structure", "« si » s'écrit"),
        ("taux_de_base", "valeur: true}", "valeur: souvent}", "structure", "true ou false est attendu"),
        ("taux_de_base", "    montant_moyen:\n", "    montant:\n", "cle-inconnue", "« montant »"),
        ("taux_de_base", "  autre:", "  autres:", "structure", "il manque « autre »"),
        ("taux_de_base", "    covariables:\n", "    covariables: 3\n    x:\n", "structure", "est une liste"),
        ("canaux", "  specificite:", "  specifite:", "manque", "il manque « specificite »"),
        ("canaux", "valeur: 0.90", "valeur: 90", "structure", "une probabilité ne dépasse pas 1"),
        ("effets", "valeur: 0.41", "valeur: 0.51", "structure", "ne font pas 1 en tout"),
        ("effets", "repond_a: [non_connaissance]", "repond_a: [ignorance]", "structure", "cette cause n'est pas dans"),
        (
            "effets",
            "repond_a: [non_connaissance]",
            "repond_a: [3]",
            "structure",
            "un texte est attendu pour « repond_a »",
        ),
        ("effets", "    cause: crainte", "    cause: peur", "structure", "cette cause n'est pas dans « causes »"),
        ("effets", "maniere: plancher", "maniere: seuil", "structure", "est un de ces mots : multiplie, plancher."),
        ("effets", "    valeur: 0.9\n", "    valeur: 9\n", "structure", "une probabilité ne dépasse pas 1"),
        ("effets", "  indu_passe:", "  indu:", "structure", "il manque « indu_passe »"),
        ("effets", "  courrier:", "  lettre:", "structure", "il manque « courrier »"),
        ("seuils", "valeur: 0.125", "valeur: 8", "structure", "une probabilité ne dépasse pas 1"),
    ],
)
def test_a_file_that_is_wrong_says_what_and_where(folder, name, old, new, code, said):
    change(folder, name, old, new)
    with pytest.raises(RulebookError) as caught:
        load_outreach_parameters(folder)
    found = [item for item in caught.value.diagnostics if item.code == code and said in item.cause]
    assert found, str(caught.value)
    assert found[0].position.path == f"{FOLDER}/{name}.yaml" and found[0].position.line > 1


@pytest.mark.parametrize("name", FAMILIES)
def test_no_figure_loads_without_its_source(folder, name):
    path = folder / f"{name}.yaml"
    sources = len(re.findall(r"^ *source:", path.read_text("utf-8"), re.M))
    path.write_text(re.sub(r"^( *)source:", r"\1origine:", path.read_text("utf-8"), flags=re.M), "utf-8")
    with pytest.raises(RulebookError) as caught:
        load_outreach_parameters(folder)
    assert sum(item.code == "reference" for item in caught.value.diagnostics) == sources


def test_what_is_wrong_in_an_entry_is_pointed_at(folder):
    """Also when it is found by comparing entries: the line of the word, not the top of the file."""
    change(folder, "effets", "repond_a: [non_connaissance]", "repond_a: [ignorance]")
    change(folder, "effets", "    cause: crainte", "    cause: peur")
    change(folder, "taux_de_base", "recu: aide_logement", "recu: aah")
    with pytest.raises(RulebookError) as caught:
        load_outreach_parameters(folder)
    lines = {item.source_line.strip() for item in caught.value.diagnostics}
    assert lines == {"repond_a: [ignorance]", "cause: peur", "si: {recu: aah, valeur: true}"}


def test_a_probability_is_one(folder):
    change(folder, "obtention", "    intervalle: [0.80, 1.00]\n", "")
    change(folder, "obtention", "valeur: 0.90", "valeur: 1.90")
    with pytest.raises(RulebookError, match="une probabilité ne dépasse pas 1"):
        load_outreach_parameters(folder)


def test_all_problems_are_said_at_once(folder):
    change(folder, "durees", "valeur: 12", "valeur: douze")
    change(folder, "couts", "valeur: 40", "valeur: quarante")
    (folder / "obtention.yaml").unlink()
    with pytest.raises(RulebookError) as caught:
        load_outreach_parameters(folder)
    assert {item.position.path.rpartition("/")[2] for item in caught.value.diagnostics} == {
        "durees.yaml", "couts.yaml", "obtention.yaml",
    }  # fmt: skip


def test_the_base_rates_are_those_of_the_model():
    rates = {name: (rate.mean, rate.weight) for name, rate in SHIPPED.base_rates.rates.items()}
    named = {"rsa": (0.34, 60), "ppa": (0.27, 15), "aide_logement": (0.06, 12), "cheque_energie": (0.25, 8)}
    assert rates == named | {"autre": (0.3, 4)}
    assert SHIPPED.base_rates.of("montreuil.aide") is SHIPPED.base_rates.of("autre")
    rsa, voucher = SHIPPED.base_rates.of("rsa"), SHIPPED.base_rates.of("cheque_energie")
    assert (rsa.slope, rsa.mean_amount, rsa.unused) == (-0.05, 536, None)
    assert rsa.durable_share == pytest.approx(0.20 / 0.34, abs=5e-3)
    assert voucher.unused is not None and (voucher.unused.value, voucher.unused.weight) == (0.18, 40)
    assert (voucher.slope, voucher.mean_amount, voucher.durable_share) == (0, 149, None)
    assert [SHIPPED.base_rates.covariate_weight(count) for count in range(4)] == [1, 1, 0.5, 0.5]
    assert SHIPPED.base_rates.weight_of_several.interval == (0.3, 1)


def test_intervals_are_those_of_the_distributions():
    rates = [entry.rate for entry in SHIPPED.base_rates.rates.values()]
    for rate in [*rates, SHIPPED.base_rates.of("cheque_energie").unused]:
        assert rate is not None
        expected = base_rate_quantiles(rate.value, rate.weight, [0.1, 0.9])
        assert rate.interval == pytest.approx(tuple(expected), abs=6e-3)


def test_figures_in_circulation_that_measure_something_else_are_not_there():
    """Rates of another right, of another population or of no known source, in no number and in no sentence."""
    for path in FILES:
        text = path.read_text("utf-8")
        assert not re.search(r"\b(39|53|37) ?%|\b0[.,](39|53|37)0*\b|10 milliards|un sur trois", text)
    written = {
        name: [entry.mean, *(c.rate for c in entry.covariates)] for name, entry in SHIPPED.base_rates.rates.items()
    }
    assert not {0.16, 0.39, 0.40, 0.53} & {*written["ppa"]} and not {0.02, 0.37} & {*written["aide_logement"]}
    assert not {0.01, 0.16, 0.39, 0.40} & {*written["rsa"]}


def test_shifts_follow_from_the_published_rates():
    found = 0
    for entry in SHIPPED.base_rates.rates.values():
        for covariate in entry.covariates:
            assert covariate.shift == pytest.approx(logit(covariate.rate) - logit(entry.mean), abs=5e-3)
            assert non_take_up(entry.mean, [covariate.shift]) == pytest.approx(covariate.rate, abs=1e-3)
            found += 1
    assert found == 5


def test_covariates_read_rights_and_tenure_only():
    rsa = SHIPPED.base_rates.of("rsa")
    by_label = {covariate.label: covariate for covariate in rsa.covariates}
    without = by_label["Ne reçoit pas d'aide au logement"]
    assert (without.received, without.field, without.values) == ("aide_logement", None, (False,))
    assert [without.holds(answer) for answer in (False, True, None)] == [True, False, False]
    owner = by_label["Propriétaire, avec ou sans crédit"]
    assert (owner.received, owner.field) == (None, "logement.statut")
    assert [owner.holds(answer) for answer in ("accedant", "locataire_hlm", None)] == [True, False, False]
    codes = [code for covariate in rsa.covariates if covariate.field for code in covariate.values]
    assert len(codes) == len(set(codes)) and set(codes) < set(default_rulebook().variables["statut"].values)


def test_no_base_rate_depends_on_who_the_person_is():
    persons = r"sexe|femmes?|hommes?|étrang\w*|nationalités?|naissance|pays|santé|handicap\w*|religi\w*|âge|enfants?"
    forbidden = rf"\b({persons}|adresse|commune|region|département)\b"
    data = yaml.safe_load((shipped_rules() / FOLDER / "taux_de_base.yaml").read_text("utf-8"))
    assert not [text for text in words(data) if re.search(forbidden, text.lower())]


def test_how_far_a_channel_is_believed():
    word, document = SHIPPED.channels.of("parole"), SHIPPED.channels.of("document")
    assert (word.sensitivity, word.specificity) == (0.90, 0.98)
    assert (document.sensitivity, document.specificity) == (0.99, 0.999)
    with pytest.raises(KeyError):
        SHIPPED.channels.of("rumeur")


def test_actions_meet_causes_and_signs_raise_them():
    effects = SHIPPED.effects
    assert {name: (action.minutes, action.effect, action.meets) for name, action in effects.actions.items()} == {
        "message": (0.5, 0.01, ()),
        "courrier": (3, 0.10, ("non_connaissance",)),
        "invitation": (10, 0.08, ()),
        "demande_accompagnee": (40, 0.30, ("complexite", "crainte", "non_proposition")),
        "suivi_demande": (30, 0.50, ("non_reception",)),
        "refus_note": (0, 0, ()),
    }
    assert next(iter(effects.actions)) == "message" and effects.actions["courrier"].interval == (0.03, 0.35)
    assert effects.actions["demande_accompagnee"].minutes == SHIPPED.costs.claim_minutes.value
    assert effects.priors == {
        "non_connaissance": 0.41, "complexite": 0.24, "crainte": 0.19, "autonomie": 0.16,
        "non_reception": 0, "non_proposition": 0,
    }  # fmt: skip
    assert {name: (sign.cause, sign.multiplier, sign.floor) for name, sign in effects.signs.items()} == {
        "jamais_entendu_parler": ("non_connaissance", 3, None),
        "jamais_simule": ("non_connaissance", 3, None),
        "commence_puis_arrete": ("complexite", 3, None),
        "indu_passe": ("crainte", 3, None),
        "demande_sans_paiement": ("non_reception", None, 0.9),
        "rendez_vous_sans_proposition": ("non_proposition", None, 0.9),
    }
    assert (effects.spontaneous, effects.met, effects.unmet, effects.cap) == (0.05, 1.5, 0.5, 0.95)
    assert effects.effect_of("courrier", "non_connaissance") == pytest.approx(0.15)
    assert effects.effect_of("courrier", "complexite") == pytest.approx(0.05)


def test_no_effect_exceeds_the_cap(folder):
    change(folder, "effets", "valeur: 0.50\n", "valeur: 0.80\n")
    effects = load_outreach_parameters(folder).effects
    assert effects.effect_of("suivi_demande", "non_reception") == 0.95
    assert effects.effect_of("suivi_demande", "crainte") == 0.40


def test_thresholds_and_awards():
    assert {name: figure.value for name, figure in SHIPPED.thresholds if name != "version"} == {
        "possibly_missing": 0.05, "probably_missing": 0.50, "already_received": 0.02, "tie_margin": 0.10,
        "next_contact": 1, "random_share": 0.10, "redraws": 100, "min_cell": 11, "min_verdict": 30,
        "reach_ratio": 0.80, "calibration_gap": 0.05, "call_share": 1 / 8, "appointment_minutes": 60,
        "dominance": 0.85, "adult": 18,
    }  # fmt: skip
    assert SHIPPED.awards.of("rsa").value == 0.90
    assert (SHIPPED.awards.unobserved_condition.value, SHIPPED.awards.spread.value) == (0.50, 0.10)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_figure_that_changes_changes_the_digest(folder, path):
    change(folder, path.stem, "surete: hypothese", "surete: derive")
    assert load_outreach_parameters(folder).digest != SHIPPED.digest


def test_a_licence_is_kept(folder):
    change(folder, "seuils", "  surete: hypothese", "  surete: hypothese\n  licence: Licence Ouverte 2.0")
    assert load_outreach_parameters(folder).thresholds.possibly_missing.licence == "Licence Ouverte 2.0"
