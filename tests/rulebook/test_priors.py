"""Priors of unknown answers: what is read, and every way in which a file may be wrong."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.packs import write
from tests.rulebook.marked import BASE, problems, rule
from tests.rulebook.test_diagnostics import INPUT, check
from zero_non_recours.rulebook.describe import describe
from zero_non_recours.rulebook.diagnostics import Position, Report
from zero_non_recours.rulebook.expressions import NUMBER
from zero_non_recours.rulebook.laws import LawReader
from zero_non_recours.rulebook.loader import load_rulebook
from zero_non_recours.rulebook.model import Law, Prior, Rulebook, Variable
from zero_non_recours.rulebook.reader import Mapping, read_yaml
from zero_non_recours.rulebook.units import NONE

END = "source: S, surete: faible}"
WHOLE = INPUT.replace("mois", "constante") + "  si_inconnu: encadrer\n  minimum: 0\n  maximum: 3\n  entier: true\n"
NOTHING = rule("1", name="rien")
POINTS = "quantiles: {0: 1, 1: 2}"


def laws(*priors: str) -> str:
    """An `a_priori` file."""
    return "\n".join(priors) + "\n"


def law(name: str, body: str) -> str:
    """A prior of one law, written without its source."""
    return f"{name}: {{lois: [{{{body}, {END}]}}"


def load(root: Path, *written: str, rules: str = "") -> Rulebook:
    return load_rulebook(write(root, {**BASE, "q/regles.yaml": rules or NOTHING, "q/a_priori.yaml": laws(*written)}))


# -- what is read -----------------------------------------------------------------------------------------


def test_a_yes_or_no_has_a_share_of_yes(tmp_path):
    (found,) = load(tmp_path, law("seul", "oui: 0.1")).priors["seul"].laws
    assert found.shares == ((1.0, 0.1), (0.0, 0.9))
    assert (found.condition, found.zero, found.quantiles) == (None, 0.0, ())
    assert (found.source, found.sureness) == ("S", "faible")


def test_a_choice_has_a_share_for_each_value_by_rank(tmp_path):
    assert load(tmp_path, law("abri", "parts: {tour: 0.75, grotte: 0.25}")).priors["abri"].laws[0].shares == (
        (1.0, 0.75),
        (0.0, 0.25),
    )


def test_what_cannot_be_is_not_drawn(tmp_path):
    assert load(tmp_path, law("abri", "parts: {tour: 1, grotte: 0}")).priors["abri"].laws[0].shares == ((1.0, 1.0),)
    assert load(tmp_path / "b", law("seul", "oui: 0")).priors["seul"].laws[0].shares == ((0.0, 1.0),)


def test_a_whole_number_has_shares(tmp_path):
    book = load(tmp_path, law("r", "parts: {0: 0.25, 3: 0.75}"), rules=WHOLE)
    assert book.priors["r"].laws[0].shares == ((0.0, 0.25), (3.0, 0.75))
    assert book.variables["r"].whole and not book.variables["rang"].whole


def test_a_number_has_zeros_and_quantiles_of_the_others(tmp_path):
    written = "gain:\n  memoire: 0.9\n  lois: [{nul: 0.5, quantiles: {0: 100, 0.25: 400, 1: 2500}, " + END + "]\n"
    prior = load(tmp_path, written).priors["gain"]
    assert prior.memory == 0.9
    assert (prior.laws[0].zero, prior.laws[0].quantiles) == (0.5, ((0.0, 100.0), (0.25, 400.0), (1.0, 2500.0)))


def test_a_date_has_quantiles_of_months_before_the_month_of_right(tmp_path):
    book = load(tmp_path, law("jour", "mois_avant: {0: -9, 1: 240}"))
    assert book.priors["jour"] == Prior("jour", book.priors["jour"].laws, 0.0)
    assert book.priors["jour"].laws[0].quantiles == ((0.0, -9.0), (1.0, 240.0))


def test_a_condition_is_read_at_the_level_of_the_input(tmp_path):
    several = "gain:\n  lois:\n    - {si: abri == 'tour' and tous(age > base.adulte), " + POINTS + ", " + END + "\n"
    several += "    - {" + POINTS + ", " + END + "\n"
    adult = "adulte: {description: A, metadata: {unit: an, reference: S}, values: {2020-01-01: {value: 18}}}\n"
    write(tmp_path, {**BASE, "base/parametres_2.yaml": adult, "q/a_priori.yaml": several})
    book = load_rulebook(tmp_path)
    first, last = book.priors["gain"].laws
    assert last.condition is None
    assert first.condition is not None
    assert (first.condition.level, first.condition.type) == ("menage", "booleen")


def test_a_prior_is_shown_with_its_source_and_told_where_it_is_read(tmp_path):
    book = load(
        tmp_path,
        f"gain: {{memoire: 0.9, lois: [{{si: seul, nul: 0.2, {POINTS}, {END}, {{{POINTS}, {END}]}}",
        law("seul", "oui: 0.1"),
        law("abri", "parts: {grotte: 0.25, tour: 0.75}"),
        law("jour", "mois_avant: {0: 0, 1: 12}"),
    )
    shown = " ".join(describe(book, "gain").split())
    assert "- si Seul, 20 % de zéros ; les autres de 1 : 100 % jusqu'à 2 (€/mois) [S ; faible]" in shown
    assert "- sinon, de 1 : 100 % jusqu'à 2 (€/mois) [S ; faible]" in shown
    assert "le plus proche : 90 %" in shown
    assert "oui : 10 %, non : 90 %" in describe(book, "seul")
    assert "Employé par : l'a priori de gain" in describe(book, "seul")
    assert "grotte : 25 %, tour : 75 %" in describe(book, "abri")
    assert "de 0 : 100 % jusqu'à 12 (mois avant le mois du droit)" in " ".join(describe(book, "jour").split())


def test_the_priors_count_in_the_digest(tmp_path):
    one = load(tmp_path / "a", law("seul", "oui: 0.1")).digest
    assert one != load(tmp_path / "b", law("seul", "oui: 0.2")).digest


def test_a_local_pack_speaks_of_its_own_answers_and_may_read_the_national_ones(tmp_path):
    write(tmp_path / "pays", {**BASE})
    local = tmp_path / "ile"
    written = f"r: {{lois: [{{si: seul, {POINTS}, {END}, {{{POINTS}, {END}]}}\n"
    write(local, {"entites.yaml": "", "regles.yaml": INPUT + "  si_inconnu: encadrer\n", "a_priori.yaml": written})
    (local / "entites.yaml").unlink()
    book = load_rulebook(tmp_path / "pays", packs=[local])
    assert list(book.priors) == ["ile.r"]
    (local / "a_priori.yaml").write_text(law("seul", "oui: 0.1"))
    (found,) = problems(tmp_path / "pays", {}, (local,))
    assert (found.code, found.position.line) == ("nom-inconnu", 1) and "de ce dossier" in found.cause


# -- any distribution ------------------------------------------------------------------------------------

RATIONALS = st.integers(1, 9_999).map(lambda part: part / 10_000)
ANY_NUMBER = Variable("x", "p", "donnee", "X", "maison", "menage", "mois", NUMBER, NONE, (), Position("a.yaml"))


def read_law(text: str, variable: Variable) -> tuple[Law, Report]:
    report = Report()
    node = read_yaml(text, "a.yaml", report)
    assert isinstance(node, Mapping)
    return LawReader(report).read(node, variable, None), report


@given(st.sets(RATIONALS, max_size=6), st.data())
def test_sorted_quantiles_are_read_as_they_are(inside, data):
    shares = [0.0, *sorted(inside), 1.0]
    values = sorted(data.draw(st.lists(st.integers(0, 3_000), min_size=len(shares), max_size=len(shares))))
    written = ", ".join(f"{share}: {value}" for share, value in zip(shares, values, strict=True))
    law, report = read_law(f"{{quantiles: {{{written}}}, source: S, surete: faible}}", ANY_NUMBER)
    assert not report.items
    assert law.quantiles == tuple(zip(shares, map(float, values), strict=True))


@given(st.lists(st.integers(0, 1_000), min_size=2, max_size=6).filter(any), st.integers(1, 500))
def test_shares_are_read_when_they_make_one(weights, wrong):
    choices = {f"v{rank}": "V" for rank in range(len(weights))}
    variable = dataclasses.replace(ANY_NUMBER, type="x", unit=None, values=choices)
    shares = [weight / sum(weights) for weight in weights]
    for excess in (0.0, wrong / 1_000):
        parts = [shares[0] + excess, *shares[1:]]
        written = ", ".join(f"{name}: {part:.12f}" for name, part in zip(choices, parts, strict=True))
        law, report = read_law(f"{{parts: {{{written}}}, source: S, surete: faible}}", variable)
        assert [d.code for d in report.items] == ([] if not excess else ["a-priori"])
        if not excess:
            assert [rank for rank, _ in law.shares] == [rank for rank, weight in enumerate(weights) if weight]
            assert sum(share for _, share in law.shares) == pytest.approx(1, abs=1e-6)


# -- what is refused --------------------------------------------------------------------------------------

SECOND = f"{{{POINTS}, {END}"
WRONG: list[tuple[str, str]] = [
    ("structure", "gain: ⟦3⟧"),
    ("structure", "gain: {lois: ⟦3⟧}"),
    ("structure", "gain: {lois: ⟦[⟧]}"),
    ("structure", "gain: {lois: [⟦3⟧]}"),
    ("manque", "⟦gain⟧: {memoire: 0.5}"),
    ("cle-inconnue", f"gain: {{⟦memoir⟧: 0.5, lois: [{SECOND}]}}"),
    ("cle-inconnue", f"gain: {{lois: [{{{POINTS}, ⟦sourc⟧: T, {END}]}}"),
    ("nom-inconnu", law("⟦gian⟧", POINTS)),
    ("nom-inconnu", law("⟦base.gain⟧", POINTS)),
    ("nom-inconnu", law("⟦regle⟧", POINTS)),
    ("manque", f"gain: {{lois: [⟦{{⟧{POINTS}, surete: faible}}]}}"),
    ("manque", f"gain: {{lois: [⟦{{⟧{POINTS}, source: S}}]}}"),
    ("manque", f"gain: {{lois: [⟦{{⟧nul: 0.5, {END}]}}"),
    ("valeur-inconnue", f"gain: {{lois: [{{{POINTS}, source: S, surete: ⟦certain⟧}}]}}"),
    # the kind of law is that of the answer
    ("type", law("gain", "⟦oui⟧: 0.5")),
    ("type", law("gain", "⟦parts⟧: {1: 0.5, 2: 0.5}")),
    ("type", law("gain", "⟦mois_avant⟧: {0: 1, 1: 2}")),
    ("type", law("seul", "⟦quantiles⟧: {0: 0, 1: 1}")),
    ("type", law("abri", "⟦oui⟧: 0.5")),
    ("type", law("jour", "⟦quantiles⟧: {0: 0, 1: 1}")),
    ("type", law("village", "⟦parts⟧: {38185: 1}")),
    ("type", f"village: {{lois: [⟦{{⟧{END}]}}"),
    ("type", law("r", f"⟦{POINTS.split(':')[0]}⟧: {{0: 1, 1: 2}}")),
    ("type", law("seul", "oui: 0.5, ⟦nul⟧: 0.5")),
    ("type", law("r", "parts: {1: 1}, ⟦nul⟧: 0.5")),
    # shares and probabilities
    ("a-priori", law("seul", "oui: ⟦1.5⟧")),
    ("a-priori", law("seul", "oui: ⟦true⟧")),
    ("a-priori", law("seul", "oui: ⟦{⟧a: 1}")),
    ("a-priori", law("abri", "parts: ⟦{⟧grotte: 0.5, tour: 0.4}")),
    ("a-priori", law("abri", "parts: ⟦{⟧grotte: 1}")),
    ("a-priori", law("abri", "parts: {grotte: ⟦-1⟧, tour: 2}").replace("2}", "1}")),
    ("a-priori", law("r", "parts: ⟦{⟧0: 0.5}")),
    ("a-priori", law("r", "parts: {⟦4⟧: 1}")),
    ("structure", law("r", "parts: {⟦1.5⟧: 1}")),
    ("structure", law("r", "parts: {⟦un⟧: 1}")),
    ("structure", law("abri", "parts: ⟦[⟧0.5, 0.5]")),
    ("valeur-inconnue", law("abri", "parts: {⟦grote⟧: 0.5, tour: 0.5}")),
    ("a-priori", f"gain: {{lois: [{{nul: ⟦1⟧, {POINTS}, {END}]}}"),
    ("a-priori", f"gain: {{lois: [{{nul: ⟦-0.1⟧, {POINTS}, {END}]}}"),
    ("a-priori", f"gain: {{memoire: ⟦1.1⟧, lois: [{SECOND}]}}"),
    ("structure", f"gain: {{memoire: ⟦beaucoup⟧, lois: [{SECOND}]}}"),
    ("a-priori", f"rang: {{memoire: ⟦0.5⟧, lois: [{SECOND}]}}"),
    # quantiles
    ("structure", law("gain", "quantiles: ⟦[⟧1, 2]")),
    ("structure", law("gain", "quantiles: {0: 1, ⟦fin⟧: 2}")),
    ("structure", law("gain", "quantiles: {0: 1, 1: ⟦deux⟧}")),
    ("structure", law("gain", "quantiles: {0: 1, 1: ⟦1e300⟧}")),
    ("a-priori", law("gain", "quantiles: ⟦{⟧0.1: 1, 1: 2}")),
    ("a-priori", law("gain", "quantiles: ⟦{⟧0: 1, 0.9: 2}")),
    ("a-priori", law("gain", "quantiles: ⟦{⟧}")),
    ("a-priori", law("gain", "quantiles: {0: 1, 0.5: 2, ⟦0.50⟧: 3, 1: 4}")),
    ("a-priori", law("gain", "quantiles: {0: 1, 0.5: 3, ⟦1⟧: 2}")),
    ("a-priori", law("borne", "quantiles: {0: ⟦0⟧, 1: 4}")),
    ("a-priori", law("borne", "quantiles: {0: 1, 1: ⟦5⟧}")),
    ("a-priori", f"borne: {{lois: [{{nul: ⟦0.5⟧, {POINTS}, {END}]}}"),
    ("a-priori", law("jour", "mois_avant: {0: 0, 1: ⟦1e6⟧}")),
    # conditions
    ("a-priori", f"gain: {{lois: [⟦{{⟧{POINTS}, {END}, {SECOND}]}}"),
    ("a-priori", f"gain: {{lois: [⟦{{⟧si: seul, {POINTS}, {END}]}}"),
    ("type", f"gain: {{lois: [{{si: ⟦rang⟧, {POINTS}, {END}, {SECOND}]}}"),
    ("nom-inconnu", f"gain: {{lois: [{{si: ⟦seull⟧, {POINTS}, {END}, {SECOND}]}}"),
    ("agregation", f"gain: {{lois: [{{si: ⟦adulte⟧, {POINTS}, {END}, {SECOND}]}}"),
    ("a-priori", f"gain: {{lois: [{{si: ⟦regle⟧, {POINTS}, {END}, {SECOND}]}}"),
    ("a-priori", f"gain: {{lois: [{{si: ⟦delicat⟧, {POINTS}, {END}, {SECOND}]}}"),
    ("a-priori", f"gain: {{lois: [{{si: ⟦connu(delicat)⟧, {POINTS}, {END}, {SECOND}]}}"),
    ("a-priori", f"gain: {{lois: [{{si: ⟦gain > base.montant⟧, {POINTS}, {END}, {SECOND}]}}"),
    ("a-priori", f"gain: {{lois: [{{si: '⟦annee(gain, -1) > base.annuel⟧', {POINTS}, {END}, {SECOND}]}}"),
    ("a-priori", f"gain: {{lois: [{{si: '⟦en_supposant(seul, seul=True)⟧', {POINTS}, {END}, {SECOND}]}}"),
]
FLAG = "{{libelle: X, entite: {}, periode: constante, type: booleen, question: Q, si_inconnu: encadrer{}}}\n"
OTHERS = (
    WHOLE
    + "borne: {libelle: B, entite: maison, periode: mois, unite: '1', minimum: 1, maximum: 4, question: Q, "
    + "si_inconnu: encadrer}\n"
    + "delicat: "
    + FLAG.format("maison", ", sensible: true")
    + "adulte: "
    + FLAG.format("personne", "")
    + "regle: {libelle: R, entite: maison, type: booleen, references: [S], formule: seul}\n"
)


@pytest.mark.parametrize(("code", "text"), WRONG, ids=[f"{c} {t[:60]}" for c, t in WRONG])
def test_errors_of_priors(tmp_path, code, text):
    check(tmp_path, code, {"q/regles.yaml": OTHERS, "q/a_priori.yaml": f"{text}\n"})


def test_an_answer_has_one_prior(tmp_path):
    files = {"q/a_priori.yaml": law("seul", "oui: 0.1"), "q/a_priori_autres.yaml": law("⟦seul⟧", "oui: 0.1")}
    check(tmp_path, "nom-double", files)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", ["", "  demande_si: rang > 1\n  sinon: 0\n"])
def test_answers_are_not_drawn_in_a_circle(tmp_path, asked):
    """The second answer is drawn from the first, which is drawn from the second or asked where the second says so."""
    rules = INPUT.replace("mois", "constante") + "  si_inconnu: encadrer\n" + asked
    first = law("r", POINTS) if asked else f"r: {{lois: [{{si: rang > 1, {POINTS}, {END}, {SECOND}]}}"
    second = f"rang: {{lois: [{{si: r > 1, {POINTS}, {END}, {SECOND}]}}"
    (found,) = problems(tmp_path, {"q/regles.yaml": rules, "q/a_priori.yaml": f"{first}\n{second}\n"})
    assert found.code == "cycle" and found.position.path == "q/a_priori.yaml"
    assert "rang" in found.cause and "r " in found.cause and "si" in found.remedy


def test_all_the_errors_of_the_priors_are_told_at_once(tmp_path):
    files = {
        "q/a_priori.yaml": laws(
            "gain: {memoire: 2, lois: [{si: rnag, nul: 3, quantiles: {0: 1}, source: S, surete: sur}]}",
            law("seul", "parts: {oui: 1}"),
            law("inconnue", "oui: 1"),
        )
    }
    found = problems(tmp_path, dict(files))
    assert sorted(d.code for d in found) == sorted(
        ["a-priori", "a-priori", "a-priori", "a-priori", "nom-inconnu", "valeur-inconnue", "type", "nom-inconnu"]
    )


def test_the_prior_of_a_broken_answer_says_nothing_more(tmp_path):
    rules = "x: {libelle: X, entite: maison, periode: mois, unite: franc, question: Q, si_inconnu: encadrer}\n"
    found = problems(tmp_path, {"q/regles.yaml": rules, "q/a_priori.yaml": law("x", "oui: 3")})
    assert [d.code for d in found] == ["unite"]


# -- what inputs say more ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [("sensible: true", "sensitive"), ("sensible: privee", "private"), ("sensible: false", "neutral"), ("", "neutral")],
)
def test_how_sensitive_an_answer_is(tmp_path, written, expected):
    book = load(tmp_path, law("seul", "oui: 0.1"), rules=INPUT + f"  si_inconnu: encadrer\n  {written}\n")
    assert book.variables["r"].sensitivity == expected


@pytest.mark.parametrize(("written", "expected"), [("1/12", 1 / 12), ("1", 1.0), ("-0.5", -0.5)])
def test_what_an_answer_gains_each_month(tmp_path, written, expected):
    rules = INPUT.replace("mois", "constante") + f"  si_inconnu: encadrer\n  chaque_mois: {written}\n"
    assert load(tmp_path, law("seul", "oui: 0.1"), rules=rules).variables["r"].monthly_change == expected


@pytest.mark.parametrize(
    "wrong",
    [
        INPUT + "  si_inconnu: encadrer\n  sensible: ⟦tres⟧\n",
        INPUT + "  si_inconnu: encadrer\n  entier: ⟦true⟧\n",
        INPUT + "  si_inconnu: encadrer\n  minimum: 0\n  maximum: 2.5\n  entier: ⟦true⟧\n",
        INPUT + "  si_inconnu: encadrer\n  minimum: 0\n  maximum: 2\n  entier: ⟦oui⟧\n",
        INPUT + "  si_inconnu: encadrer\n  chaque_mois: ⟦1/12⟧\n",
        INPUT.replace("mois", "constante") + "  si_inconnu: encadrer\n  chaque_mois: ⟦1/0⟧\n",
        INPUT.replace("mois", "constante") + "  si_inconnu: encadrer\n  chaque_mois: ⟦un douzième⟧\n",
    ],
)
def test_errors_of_these_keys(tmp_path, wrong):
    check(tmp_path, "structure", {"q/regles.yaml": wrong})
