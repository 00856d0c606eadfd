"""Rows of outcomes become cases; what does not read is said, never repeated, and stops nothing."""

from __future__ import annotations

import datetime
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zero_non_recours.outreach.followup import FollowUpError, read_outcomes
from zero_non_recours.outreach.followup.vocabulary import OUTCOME_OF, OUTCOMES, PARTS, STAGES, leaf_of, stages_of

HEADER = "menage_id;droit;territoire;date;issue;montant;motif;p_missing;p_eligible;hasard;unite"
SECRET = "Zoubida-1843"


def row(day: str, issue: str, household: str = "h1", right: str = "rsa", **more) -> dict:
    return {"menage_id": household, "droit": right, "date": day, "issue": issue} | more


def only(*rows: dict):
    outcomes = read_outcomes(rows)
    assert not outcomes.problems, [str(problem) for problem in outcomes.problems]
    (case,) = outcomes.cases
    return case


@pytest.mark.parametrize(("code", "words"), OUTCOMES.items())
def test_an_outcome_is_read_in_both_languages(code, words):
    assert all(OUTCOME_OF[word] == code for word in (code, *words))
    for word in (words[0].upper(), words[0].replace("_", " "), f" {code} "):
        outcomes = read_outcomes([row("2026-05-04", word)])
        assert not outcomes.problems and len(outcomes.cases) + outcomes.objections == 1


@pytest.mark.parametrize(
    ("history", "leaf"),
    [
        (["informe"], "no_news"),
        (["informe", "demande"], "pending"),
        (["informe", "demande", "accorde"], "awarded"),
        (["accorde"], "awarded"),
        (["demande", "refuse", "accorde"], "awarded"),
        (["accorde", "refuse"], "refused"),
        (["accorde", "perdu_de_vue"], "awarded"),
        (["accorde", "deja_recu"], "awarded"),
        (["accorde", "informe"], "awarded"),
        (["demande", "abandonne"], "abandoned"),
        (["demande", "perdu_de_vue"], "other_end"),
        (["demande", "decline"], "other_end"),
        (["informe", "decline"], "declined"),
        (["perdu_de_vue", "informe"], "no_news"),
        (["informe", "perdu_de_vue"], "lost_contact"),
        (["informe", "deja_recu"], "already_received"),
        (["demande", "pas_eligible_apres_verification"], "other_end"),
        (["pas_eligible_apres_verification", "perdu_de_vue"], "not_eligible"),
    ],
)
def test_the_last_dated_outcome_counts_and_word_of_a_contact_undoes_no_decision(history, leaf):
    rows = [row(f"2026-0{month}-15", issue) for month, issue in enumerate(history, 1)]
    assert only(*rows).leaf == leaf
    assert only(*reversed(rows)).leaf == leaf


def test_every_history_ends_in_one_leaf_and_every_leaf_is_counted_in_the_whole():
    codes = [code for code in OUTCOMES if code != "objected"]
    for last in codes:
        for before in codes:
            leaf = leaf_of(last, frozenset([last, before]))
            assert leaf not in PARTS and leaf in STAGES and stages_of(leaf)[-1] == "informed"


def test_units_of_a_household_are_separate_cases_of_one_household():
    rows = [row("2026-05-04", "accorde", unite=unit, montant=100) for unit in ("1", "2")]
    found = read_outcomes(rows).cases
    assert len(found) == 2 and found[0].household == found[1].household


def test_what_a_case_keeps():
    case = only(
        row("04/03/2026", "informe", territoire=" Nord  du bassin ", p_missing="0,5", hasard="oui"),
        row("2026-06-01", "accorde", territoire="Plateau", montant="1 152,30 €", p_missing=0.9),
    )
    assert (case.territory, case.monthly, case.p_missing, case.drawn) == ("Plateau", 1152.30, 0.5, True)
    assert (case.first, case.last) == (datetime.date(2026, 3, 4), datetime.date(2026, 6, 1))
    assert "h1" not in repr(case)


def test_a_right_paid_once_a_year_is_told_by_month():
    case = only(row("2026-05-04", "accorde", right="Chèque énergie", montant=240))
    assert (case.right, case.monthly) == ("cheque_energie", 20)


def test_an_amount_stands_for_the_last_award_only():
    rows = [row("2026-01-04", "accorde", montant=90), row("2026-03-04", "accorde", montant=120)]
    assert only(*rows).monthly == 120
    assert only(*rows, row("2026-05-04", "refuse", motif="Pièces manquantes")).monthly is None
    assert only(*rows, row("2026-05-04", "refuse", motif="Pièces manquantes")).reason == "pieces_manquantes"


def test_of_a_household_that_objects_only_the_objection_is_kept():
    rows = [
        row("2026-01-04", "accorde", montant=90),
        row("2026-02-04", "oppose"),
        row("2026-03-04", "accorde", right="ppa", montant=80),
        row("pas une date", "accorde"),
        row("", "opposition", household="h2", right=""),
        row("2026-03-04", "informe", household="h3"),
    ]
    outcomes = read_outcomes(rows)
    assert outcomes.objections == 2 and [case.leaf for case in outcomes.cases] == ["no_news"]
    assert not outcomes.problems
    assert (outcomes.rows, outcomes.rows_counted, outcomes.rows_set_aside, outcomes.rows_of_objections) == (6, 1, 0, 5)


@pytest.mark.parametrize(
    ("column", "value", "cause"),
    [
        ("menage_id", "", "la clé du ménage manque"),
        ("menage_id", "a\x07b", "la clé du ménage ne se lit pas"),
        ("droit", SECRET, "droit inconnu"),
        ("droit", "", "le droit manque"),
        ("date", SECRET, "ce n'est pas une date"),
        ("date", "31/02/2026", "date impossible"),
        ("date", "04/05/1026", "année impossible"),
        ("date", "", "la date manque"),
        ("issue", SECRET, "issue non prévue"),
        ("issue", "", "l'issue manque"),
        ("montant", SECRET, "nombre"),
        ("montant", "-12", "montant négatif"),
        ("motif", "ressources", "un motif, mais la demande n'est pas refusée"),
        ("territoire", "x" * 90, "nom de territoire trop long ou illisible"),
        ("p_missing", "37", "une probabilité est entre 0 et 1"),
        ("p_eligible", SECRET, "nombre"),
        ("hasard", SECRET, "oui ou non attendu"),
    ],
)
def test_a_cell_that_does_not_read_sets_its_row_aside_without_repeating_it(column, value, cause):
    good = row("2026-05-04", "accorde", montant=90)
    outcomes = read_outcomes([good, good | {"menage_id": "h2", column: value}])
    (problem,) = outcomes.problems
    assert (problem.row, problem.column) == (3, column) and cause in problem.cause and problem.remedy
    assert len(outcomes.cases) == 1 and outcomes.rows_set_aside == 1
    assert not value or value not in str(problem) or value == "ressources"


def test_a_free_reason_and_an_amount_without_an_award_are_refused():
    rows = [row("2026-05-04", "refuse", motif="Mme Zoubida a oublié"), row("2026-05-04", "informe", "h2", montant=3)]
    causes = [problem.cause for problem in read_outcomes(rows).problems]
    assert "motif hors de la liste" in causes[0] and causes[1] == "un montant, mais le droit n'est pas accordé"


def test_all_the_problems_of_all_rows_come_at_once():
    rows = [row("hier", "bof", right="rmi", montant="x", hasard="peut-être"), row("demain", "informe", household="h2")]
    found = read_outcomes(rows).problems
    assert [(p.row, p.column) for p in found] == [
        (2, "issue"), (2, "droit"), (2, "date"), (2, "montant"), (2, "hasard"), (3, "date"),
    ]  # fmt: skip


def test_two_ends_on_one_day_are_a_contradiction_whose_rows_are_set_aside():
    rows = [row("2026-05-04", "accorde"), row("2026-05-04", "refuse"), row("2026-04-04", "informe")]
    outcomes = read_outcomes(rows)
    assert [p.row for p in outcomes.problems] == [2, 3] and outcomes.cases[0].leaf == "no_news"
    assert only(row("2026-05-04", "demande"), row("2026-05-04", "accorde")).leaf == "awarded"


def test_the_order_of_the_rows_changes_nothing():
    issues = [word for word, code in OUTCOME_OF.items() if code != "objected"]
    draw = random.Random(3)
    rows = [
        row(f"2026-0{draw.randrange(1, 9)}-0{draw.randrange(1, 4)}", draw.choice(issues), f"h{draw.randrange(12)}",
            draw.choice(["rsa", "ppa"]), territoire=draw.choice(["x", "y"]))
        for _ in range(200)
    ]  # fmt: skip
    first = read_outcomes(rows)
    draw.shuffle(rows)
    again = read_outcomes(rows)
    assert again.cases == first.cases and len(again.problems) == len(first.problems) > 0


# -- files ----------------------------------------------------------------------------------------------


def written(path, lines, encoding="utf-8", end="\n"):
    path.write_bytes(end.join([HEADER, *lines]).encode(encoding))
    return path


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("cp1252", "\r")])
def test_a_csv_file_reads_as_spreadsheets_write_it(tmp_path, encoding, end):
    lines = ["h1;Prime d'activité;Évry;04/05/2026;accordé;152,30;;0,4;0,6;oui;", ";;;;;;;;;;", ""]
    outcomes = read_outcomes(written(tmp_path / "suivi.csv", lines, encoding, end))
    (case,) = outcomes.cases
    assert outcomes.rows == 1 and (case.right, case.territory, case.monthly) == ("ppa", "Évry", 152.30)


def test_a_quote_never_closed_or_a_cell_too_many_costs_its_line(tmp_path):
    lines = [
        'h1;"rsa;x;04/05/2026;informe;;;;;;',
        "h2;rsa;x;04/05/2026;informe;;;;;;;;de trop",
        "h3;rsa;x;04/05/2026;informe",
        "h4;rsa;x;\x0004/05/2026;informe;;;;;;",
    ]
    outcomes = read_outcomes(written(tmp_path / "suivi.csv", lines))
    assert [(p.row, p.kind) for p in outcomes.problems] == [(2, "ligne"), (3, "ligne"), (5, "ligne")]
    assert len(outcomes.cases) == 1 and outcomes.rows == 4


def test_a_frame_and_a_parquet_file_say_the_same_as_rows(tmp_path):
    frame = pl.DataFrame(
        {"menage_id": [1, 2], "droit": ["rsa", "ppa"], "date": [datetime.date(2026, 5, 4)] * 2,
         "issue": ["awarded", "informed"], "montant": [90.5, None], "hasard": [True, False],
         "p_missing": [0.25, float("nan")], "note": ["a", "b"]}
    )  # fmt: skip
    frame.write_parquet(tmp_path / "suivi.parquet")
    whole = read_outcomes(frame)
    assert whole == read_outcomes(tmp_path / "suivi.parquet") == read_outcomes(frame.to_dicts())
    assert whole.cases[0].monthly == 90.5 and whole.cases[0].drawn is True and whole.cases[1].p_missing is None
    assert whole.ignored == ("note",) and not whole.problems


def test_an_excel_sheet_is_read_by_polars_and_its_absence_is_explained(tmp_path, monkeypatch):
    path = tmp_path / "suivi.xlsx"
    path.write_bytes(b"PK")
    sheet = pl.DataFrame([row("2026-05-04", "accorde", montant=12.0)])
    monkeypatch.setattr(pl, "read_excel", lambda source: sheet)
    assert read_outcomes(path).cases[0].monthly == 12

    def absent(source):
        raise ModuleNotFoundError("fastexcel")

    monkeypatch.setattr(pl, "read_excel", absent)
    with pytest.raises(FollowUpError, match="CSV UTF-8"):
        read_outcomes(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rien.csv", None, "n'existe pas"),
        ("vide.csv", "\n\n", "vide"),
        ("autre.pdf", "x", "donner un fichier"),
        ("court.csv", f"menage_id;droit\n{SECRET};rsa", "Colonnes absentes : date, issue"),
        ("double.csv", "menage_id;droit;date;issue;Droit\n", "deux fois"),
        ("faux.parquet", SECRET, "ne se lit pas"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(FollowUpError, match=message) as raised:
        read_outcomes(tmp_path / name)
    assert SECRET not in str(raised.value)


def test_something_else_than_a_table_is_refused():
    with pytest.raises(FollowUpError):
        read_outcomes(12)  # type: ignore[arg-type]
    assert read_outcomes([row("2026-05-04", "informe")][:0] or pl.DataFrame(
        schema={"menage_id": str, "droit": str, "date": str, "issue": str})).cases == ()  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_is_read_or_told(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("any") / "suivi.csv"
    path.write_bytes("\n".join([HEADER, *lines, "h1;rsa;x;04/05/2026;informe"]).encode("utf-8", "surrogatepass"))
    outcomes = read_outcomes(path)
    assert outcomes.rows == outcomes.rows_counted + outcomes.rows_set_aside + outcomes.rows_of_objections
    assert outcomes.rows_counted == 1
