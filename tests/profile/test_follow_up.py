"""The steps already taken with a household (`suivi`): what is accepted, how it is read, and that no rule reads it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.profile.forms import EXAMPLE
from tests.profile.test_errors import SECRET, anything, error_of, names, refusal, told
from zero_non_recours import Household, RulebookError, explain, household_model, load_rulebook, screen
from zero_non_recours.cli.profile_file import ProfileFile
from zero_non_recours.profile.follow_up import SIGNS, RightSteps, Steps, steps_of
from zero_non_recours.rulebook.loader import default_rulebook

MONTH = "2026-11"
RIGHTS = list(default_rulebook().rights)
FICTIONAL = Path(__file__).parents[1] / "fictional_country" / "rules"
WRITTEN: dict[str, Any] = {
    "opposition": True,
    "rsa": {
        "refus": True,
        "preuve": "document",
        "demande_le": "2026-09-03",
        "signes": ["indu_passe", "jamais_simule", "indu_passe"],
    },
    "cheque_energie": {"utilise": False},
}


def household(suivi: Any) -> Any:
    return Household.model_validate({"personnes": [{"role": "demandeur"}], "suivi": suivi})


def problems(suivi: Any) -> dict[str, str]:
    """The message of each problem, by its place under `suivi`."""
    found = error_of({"personnes": [{}], "suivi": suivi}).errors()
    assert all(item["loc"][0] == "suivi" for item in found)
    return {".".join(map(str, item["loc"][1:])): item["msg"] for item in found}


# -- what is read -------------------------------------------------------------------------------------------


def test_what_is_written_is_reachable_and_read():
    found = household(WRITTEN)
    assert found.suivi.opposition is True and found.suivi.rsa.refus is True and found.suivi.ppa is None
    steps = steps_of(found)
    assert steps.objected and set(steps.rights) == {"rsa", "cheque_energie"}
    assert steps.of("rsa") == RightSteps(
        refused=True,
        channel="document",
        claimed=True,
        claimed_on=date(2026, 9, 3),
        signs=("jamais_simule", "indu_passe"),
    )
    assert steps.of("cheque_energie") == RightSteps(used=False)


@pytest.mark.parametrize("suivi", [None, {}, {"rsa": None}, {"opposition": None}, {"opposition": False}])
def test_nothing_written_is_nothing_known(suivi):
    assert steps_of(household(suivi)) == steps_of(Household.model_validate({"personnes": [{}]})) == Steps()
    assert Steps().of("rsa") == RightSteps() and RightSteps().channel == "parole"


@pytest.mark.parametrize(
    ("claim", "claimed", "day"),
    [
        ("2026-09-03", True, date(2026, 9, 3)),
        ("2026-09", True, date(2026, 9, 15)),
        (2026, True, None),
        ({"min": "2026-08-01", "max": "2026-09-30"}, True, None),
        ("ne_sait_pas", False, None),
        (None, False, None),
    ],
)
def test_the_day_of_a_claim_may_be_known_in_part(claim, claimed, day):
    found = steps_of(household({"rsa": {"demande_le": claim}})).of("rsa")
    assert (found.claimed, found.claimed_on) == (claimed, day)


@pytest.mark.parametrize("word", ["ne_sait_pas", "ne_veut_pas_dire"])
def test_words_for_no_answer_are_unknown_and_kept(word):
    answers = dict.fromkeys(["refus", "preuve", "demande_le", "signes", "utilise"], word)
    found = household({"opposition": word, "rsa": answers})
    assert not steps_of(found).objected and steps_of(found).of("rsa") == RightSteps()
    assert found.unsaid() == {"suivi.opposition": word, **{f"suivi.rsa.{key}": word for key in answers}}


def test_steps_are_frozen():
    found = household(WRITTEN)
    with pytest.raises(ValidationError):
        found.suivi.opposition = False
    with pytest.raises(TypeError):
        steps_of(found).rights["ppa"] = RightSteps()  # type: ignore[index]


# -- what is refused ----------------------------------------------------------------------------------------


def test_every_problem_is_told_at_once_at_its_place():
    found = problems(
        {
            "oposition": True,
            "rsaa": {},
            "ppa": 4,
            "aide_logement": {"refu": True, "preuve": "documents", "demande_le": "hier"},
            "rsa": {"refus": "oui", "utilise": 1, "signes": ["jamais_simulé", "indu_passe", SECRET]},
        }
    )
    assert found == {
        "oposition": "ce champ n'existe pas. Nom le plus proche : « opposition ».",
        "rsaa": "ce champ n'existe pas. Nom le plus proche : « rsa ».",
        "ppa": "un objet avec des champs est attendu (reçu : nombre).",
        "aide_logement.refu": "ce champ n'existe pas. Nom le plus proche : « refus ».",
        "aide_logement.preuve": "cette valeur n'est pas prévue. Valeur la plus proche : « document ». "
        "Valeurs : parole, document.",
        "aide_logement.demande_le": found["aide_logement.demande_le"],
        "rsa.refus": "vrai ou faux attendu (reçu : texte). Écrire true ou false, sans guillemets.",
        "rsa.utilise": "vrai ou faux attendu (reçu : nombre). Écrire true ou false, sans guillemets.",
        "rsa.signes": "[0] : cette valeur n'est pas prévue. Valeur la plus proche : « jamais_simule ». "
        f"[2] : cette valeur n'est pas prévue. Valeurs : {', '.join(SIGNS)}.",
    }
    assert found["aide_logement.demande_le"].startswith("date attendue")


def test_one_sign_alone_is_still_a_list():
    assert problems({"rsa": {"signes": "indu_passe"}}) == {
        "rsa.signes": 'une liste est attendue (reçu : texte). Par exemple ["jamais_entendu_parler"].'
    }


right_steps = anything | st.dictionaries(
    st.sampled_from(["refus", "preuve", "demande_le", "signes", "utilise", "sans_reponse"]),
    anything | st.lists(st.sampled_from(list(SIGNS)) | anything, max_size=5) | st.sampled_from(["document", "2026-09"]),
)
blocks = anything | st.dictionaries(st.sampled_from([*RIGHTS, "opposition"]) | names, right_steps, max_size=5)


@given(suivi=blocks)
@settings(max_examples=300, deadline=None)
def test_anything_is_read_or_refused_in_french_at_its_place(suivi):
    data = {"personnes": [{}], "suivi": suivi}
    error = refusal(Household.model_validate, data)
    if error is not None:
        assert SECRET not in told(error)
        assert all(item["loc"][0] == "suivi" and item["msg"].endswith(".") for item in error.errors())
        return
    found = Household.model_validate(data)
    assert isinstance(steps_of(found), Steps)
    assert Household.model_validate(found.model_dump()) == found
    assert Household.model_validate_json(found.model_dump_json()) == found


# -- any rules ----------------------------------------------------------------------------------------------


def with_local_right(folder: Path) -> Path:
    """A local pack with one right."""
    pack = folder / "ile_bleue"
    pack.mkdir()
    (pack / "droit.yaml").write_text(
        "coquillage:\n  libelle: Coquillage du mois\n  entite: maison\n  montant: don\n  unite_montant: €/mois\n"
        "  conditions: don\n  demarche: {ou: Sur la plage}\n",
        "utf-8",
    )
    return pack


def test_the_rights_are_those_of_the_rules_local_ones_whole(tmp_path):
    book = load_rulebook(FICTIONAL, packs=[with_local_right(tmp_path)])
    model: Any = household_model(book)
    found = model.model_validate({"personnes": [{}], "suivi": {"ile_bleue.coquillage": {"refus": True}}})
    assert steps_of(found).of("ile_bleue.coquillage").refused is True
    assert model.model_validate(found.model_dump()) == found
    with pytest.raises(ValidationError) as caught:
        model.model_validate({"personnes": [{}], "suivi": {"coquillage": {}, "rsa": {}, "donn": {}}})
    told_of = {item["loc"][1]: item["msg"] for item in caught.value.errors()}
    assert told_of["coquillage"].endswith("« ile_bleue.coquillage ».") and told_of["donn"].endswith("« don ».")
    assert told_of["rsa"].startswith("ce champ n'existe pas.")
    block = model.model_json_schema()["$defs"]["Suivi"]["properties"]["ile_bleue.coquillage"]
    assert block["title"] == "Suivi : Coquillage du mois"


@pytest.mark.parametrize("name", ["opposition", "sans_reponse"])
def test_a_right_cannot_have_a_name_of_the_block(tmp_path, name):
    rules = tmp_path / "rules"
    shutil.copytree(FICTIONAL, rules, ignore=shutil.ignore_patterns("local", "exemples"))
    file = rules / "dons" / "droit.yaml"
    file.write_text(file.read_text("utf-8").replace("don:\n", f"{name}:\n", 1), "utf-8")
    with pytest.raises(RulebookError) as caught:
        load_rulebook(rules)
    assert f"« {name} » ne peut pas nommer un droit." in str(caught.value)


def test_no_rule_asks_for_a_place_of_the_block(tmp_path):
    pack = tmp_path / "ile_bleue"
    pack.mkdir()
    (pack / "donnees.yaml").write_text(
        "vu: {libelle: Vu, entite: maison, type: booleen, si_inconnu: bloquer, question: Q ?, profil: suivi.vu}\n",
        "utf-8",
    )
    with pytest.raises(RulebookError, match=r"« suivi\.vu » n'est pas une place du profil"):
        load_rulebook(FICTIONAL, packs=[pack])


def test_no_input_of_the_shipped_rules_reads_it():
    assert not [v.name for v in default_rulebook().inputs.values() if v.path.startswith("suivi")]


# -- what does not change -----------------------------------------------------------------------------------


@pytest.mark.parametrize("suivi", [WRITTEN, {"rsa": {"signes": []}}, {"opposition": "ne_veut_pas_dire"}])
def test_no_byte_of_a_result_depends_on_it(suivi):
    for alone in (EXAMPLE, {"id": "h", "personnes": [{"role": "demandeur"}]}):
        followed = {**alone, "suivi": suivi}
        assert screen(followed, MONTH).model_dump_json() == screen(alone, MONTH).model_dump_json()
        for right in RIGHTS:
            assert repr(explain(followed, right, MONTH)) == repr(explain(alone, right, MONTH))


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_answers_of_an_interview_leave_it_as_it_was(tmp_path, suffix):
    profile = {**EXAMPLE, "suivi": WRITTEN}
    path = tmp_path / f"menage{suffix}"
    text = yaml.safe_dump(profile, sort_keys=False) if suffix == ".yaml" else json.dumps(profile, indent=2)
    path.write_text(text, "utf-8")
    after = ProfileFile.read(path).with_answer("logement.loyer", 500).with_answer("personnes[0].enceinte", False)
    after.save(path)
    assert ProfileFile.read(path).data["suivi"] == WRITTEN
    assert steps_of(Household.model_validate(after.data)) == steps_of(Household.model_validate(profile))
