"""What is written: the same answers as one by one, whatever the chunks, and nothing personal elsewhere."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from zero_non_recours.caseload import CaseloadError, read_caseload, screen_caseload
from zero_non_recours.caseload.output import FILES, RESULT_COLUMNS, ROW_GROUP, OutputFolder
from zero_non_recours.caseload.segments import Outcome
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.answers import found_notes
from zero_non_recours.screening.batch.screen import screen_batch
from zero_non_recours.screening.result import RightResult
from zero_non_recours.screening.screen import Screener, screener_of

from .conftest import MONTH, Run, table

DEMO = Path(__file__).parents[2] / "scenarios" / "caseloads" / "ccas_demo.csv"
Screen = Callable[..., Run]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("demo") / "out"
    return Run(screen_caseload(DEMO, out, month=MONTH), out)


def without_timing(folder: Path) -> dict[str, Any]:
    files: dict[str, Any] = {name: (folder / name).read_bytes() for name in FILES if name != "summary.json"}
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    del summary["timing"]
    return files | {"summary.json": summary}


def row_of(screener: Screener, household: Any, found: RightResult) -> dict[str, Any]:
    name = found.right
    right = screener.rulebook.rights[name]
    received, amount = screener.received_amount(right, household) if right.received else (None, None)
    drawn = found.likelihood
    sure = {"eligible": 1.0, "not_eligible": 0.0, "undetermined": drawn and drawn.p_eligible}
    return {
        "menage_id": household.id,
        "month": MONTH,
        "right": name,
        "label": found.label,
        "unit": found.unit,
        "status": found.status,
        "amount_low": found.amount.low,
        "amount_expected": found.amount.expected,
        "amount_high": found.amount.high,
        "amount_unit": found.amount.unit,
        "received": received,
        "received_amount": amount,
        "missing": ";".join(m.field for m in found.missing),
        "assumptions": len(found.assumptions),
        "near_miss": found.near_miss,
        "outcome": found.next_steps["outcome"],
        "deadline": found.next_steps["deadline"],
        "notes": " ".join(found_notes(screener_of(screener.rulebook, MONTH, [name]).reader.tables.values(), household)),
        "p_eligible": sure[found.status],
        "amount_mean": drawn and drawn.mean,
        "amount_p10": drawn and drawn.p10,
        "amount_p50": drawn and drawn.p50,
        "amount_p90": drawn and drawn.p90,
    }


def test_results_equal_screening_one_by_one(demo: Run) -> None:
    households, refused = read_caseload(DEMO, month=MONTH)
    assert refused == demo.summary.rows_quarantined
    screener = Screener(default_rulebook(), MONTH)
    rows = pl.read_parquet(demo.out / "results.parquet").to_dicts()
    rights = [right.name for right in screener.rights]
    assert [row["menage_id"] for row in rows] == [h.id for h in households for _ in rights]
    step = len(rights)
    chosen = random.Random(1).sample(range(len(households)), 100)
    for place in chosen:
        screening = screener.screen(households[place], draws=64)
        for rank, name in enumerate(rights):
            assert rows[place * step + rank] == row_of(screener, households[place], screening.rights[name])


def test_draws_are_an_estimate_of_the_undetermined(demo: Run, tmp_path: Path) -> None:
    for name, counts in demo.written["rights"].items():
        rows = [row for row in demo.results if row["right"] == name]
        open_ = [row for row in rows if row["status"] == "undetermined" and row["p_eligible"]]
        assert {row["p_eligible"] for row in rows if row["status"] == "eligible"} <= {"1.0"}
        assert {row["p_eligible"] for row in rows if row["status"] == "not_eligible"} <= {"0.0"}
        assert 0 < len(open_) == counts["undetermined_estimated"] <= counts["undetermined"]
        expected = sum(float(row["p_eligible"]) for row in open_)
        assert counts["estimated_eligible_among_undetermined"] == pytest.approx(expected, abs=0.06)
        assert all((row["amount_mean"] == "") == (row["amount_low"] == row["amount_high"]) for row in rows)
    none = Run(screen_caseload(DEMO, tmp_path / "none", month=MONTH, draws=0), tmp_path / "none")
    assert {row["p_eligible"] for row in none.results if row["status"] == "undetermined"} == {""}
    assert {row["amount_mean"] for row in none.results} == {""}
    drawn = ("p_eligible", "amount_mean", "amount_p10", "amount_p50", "amount_p90")
    assert [{**row, **dict.fromkeys(drawn)} for row in none.results] == [
        {**row, **dict.fromkeys(drawn)} for row in demo.results
    ]
    assert none.written["rights"]["rsa"]["estimated_eligible_among_undetermined"] is None


def test_households_built_from_cells_are_valid(demo: Run) -> None:
    model = household_model(default_rulebook())
    for household in read_caseload(DEMO, month=MONTH)[0]:
        again = model.model_validate(household.model_dump(exclude_unset=True))
        assert again == household
        assert again.model_fields_set == household.model_fields_set


def test_batches_do_not_depend_on_order() -> None:
    households = read_caseload(DEMO, month=MONTH)[0][:120]
    screener = Screener(default_rulebook(), MONTH)
    straight = screen_batch(screener, households, 64)
    order = random.Random(2).sample(range(len(households)), len(households))
    mixed = screen_batch(screener, [households[i] for i in order], 64)
    for one, other in zip(straight, mixed, strict=True):
        for name in (
            "status",
            "low",
            "expected",
            "high",
            "received",
            "received_amount",
            "missing",
            "assumptions",
            "near_miss",
            "label",
            "outcome",
            "deadline",
            "notes",
            "likelihood",
        ):
            assert [getattr(one, name)[i] for i in order] == getattr(other, name)
    assert [c.status for c in screen_batch(screener, [])] == [[] for _ in screener.rights]


@pytest.mark.parametrize("chunk", [1, 7, 100_000])
def test_chunks_change_nothing(demo: Run, tmp_path: Path, chunk: int) -> None:
    source = DEMO
    if chunk == 1:
        lines = DEMO.read_text(encoding="utf-8").splitlines(keepends=True)
        source = tmp_path / DEMO.name
        source.write_text("".join(lines[:120]), encoding="utf-8")
        screen_caseload(source, tmp_path / "whole", month=MONTH)
        expected = without_timing(tmp_path / "whole")
    else:
        expected = without_timing(demo.out)
    screen_caseload(source, tmp_path / "out", month=MONTH, chunk=chunk)
    assert without_timing(tmp_path / "out") == expected


def test_parquet_and_csv_say_the_same(demo: Run) -> None:
    frame = pl.read_parquet(demo.out / "results.parquet")
    assert frame.columns == list(RESULT_COLUMNS)
    assert frame.height == len(demo.results) == demo.summary.households_out * len(demo.summary.by_right)
    assert frame["status"].to_list() == [row["status"] for row in demo.results]
    assert frame["amount_low"].to_list() == [float(r["amount_low"]) if r["amount_low"] else None for r in demo.results]


def test_row_groups_do_not_depend_on_how_rows_come(tmp_path: Path) -> None:
    total = 2 * ROW_GROUP + 10
    written = []
    for size in (total, 10_007):
        folder = OutputFolder(tmp_path / str(size))
        folder.start("x.csv")
        for start in range(0, total, size):
            rows = range(start, min(total, start + size))
            columns: list[list[Any]] = [
                [f"h{i}" if kind == "String" else i % 7 == 0 if kind == "Boolean" else i for i in rows]
                for kind in RESULT_COLUMNS.values()
            ]
            folder.write(Outcome(columns))
        folder.finish({})
        written.append((folder.folder / "results.parquet").read_bytes())
        assert sorted(p.name for p in folder.folder.iterdir()) == sorted(FILES)
    assert written[0] == written[1]
    frame = pl.read_parquet(tmp_path / "10007" / "results.parquet")
    assert frame["menage_id"].to_list() == [f"h{i}" for i in range(total)]


def test_counts_add_up(demo: Run) -> None:
    written = demo.written
    with DEMO.open(encoding="utf-8", newline="") as file:
        rows = sum(1 for _ in csv.reader(file, delimiter=";")) - 1
    assert written["rows_in"] == rows == written["rows_out"] + written["rows_quarantined"]
    assert written["rows_quarantined"] == len(demo.quarantine)
    assert written["households_in"] == written["households_out"] + written["households_quarantined"]
    assert len(demo.households) == written["households_out"]
    assert list(written["rights"]) == [right.name for right in Screener(default_rulebook(), MONTH).rights]
    assert 0.03 < written["rows_quarantined"] / rows < 0.08
    incomplete = written["rights"]["ppa"]["undetermined"] / written["households_out"]
    assert 0.05 < incomplete < 0.35
    assert [int(row["row"]) for row in demo.quarantine] == sorted(int(row["row"]) for row in demo.quarantine)


def test_no_personal_value_outside_results(run: Screen) -> None:
    secrets = ["Zzdupont", "31/02/1789", "98765,43", "zz@exemple.fr", "1.987"]
    head = "menage_id;personne_id;role;date_naissance;activite;revenus.salaire_net;logement.loyer;x_note\n"
    rows = [
        f"h1;1;demandeur;{secrets[1]};salarie;1;1;{secrets[0]}",
        f"h2;1;demandeur;1990-01-01;{secrets[0]};1;1;",
        f"h3;1;demandeur;1990-01-01;salarie;{secrets[3]};-{secrets[2]};",
        f"h4;1;demandeur;1990-01-01;salarie;{secrets[4]};{secrets[0]};",
        f"h5;1;demandeur;1990-01-01;salarie;1;1;{secrets[3]};{secrets[0]}",
        f'h6;1;demandeur;1990-01-01;salarie;1;1;"{secrets[0]}',
        f"h7;{secrets[0]};demandeur;1990-01-01;salarie;1;1;",
        f"h7;{secrets[0]};demandeur;1990-01-01;salarie;1;1;",
    ]
    found = run(head + "\n".join(rows) + "\n")
    lines = [
        json.dumps({"id": "h1", "personnes": [{secrets[0]: 1, "date_naissance": secrets[1]}], "union": secrets[0]}),
        '{"id": "h2", "x": "' + secrets[0],
        json.dumps(
            {"id": "h3", "personnes": [{"revenus": {"salaire_net": {secrets[0]: 1}}}], secrets[3]: {secrets[0]: 1}}
        ),
    ]
    other = run("\n".join(lines), name="p.jsonl")
    for folder in (found.out, other.out):
        for path in folder.iterdir():
            content = path.read_bytes().decode("utf-8", "replace")
            assert not [secret for secret in secrets if secret in content]
    assert found.summary.rows_quarantined == 8
    assert other.summary.rows_quarantined == 3


def test_keys_never_become_formulas(run: Screen) -> None:
    keys = ["=1+1", "+33", "-2", "@x"]
    head = "menage_id;personne_id;role;activite\n"
    found = run(head + "".join(f"{k};1;demandeur;\n{k}b;1;demandeur;astronaute\n" for k in keys), name="=cmd.csv")
    assert found.households == [f"'{k}" for k in keys]
    assert [row["menage_id"] for row in found.quarantine] == [f"'{k}b" for k in keys]
    assert {row["source"] for row in found.quarantine} == {"'=cmd.csv"}
    assert pl.read_parquet(found.out / "results.parquet")["menage_id"].unique(maintain_order=True).to_list() == keys


def test_only_a_header(run: Screen) -> None:
    said = r"liste\.csv ne contient que les noms des colonnes : aucun ménage à lire\."
    with pytest.raises(CaseloadError, match=said):
        run("menage_id,role\n\n")


def test_other_files_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(CaseloadError, match="contient déjà autre chose"):
        screen_caseload(DEMO, tmp_path, month=MONTH)
    assert [p.name for p in tmp_path.iterdir()] == ["photo.jpg"]
    with pytest.raises(CaseloadError, match="pas un dossier"):
        screen_caseload(DEMO, tmp_path / "photo.jpg", month=MONTH)


def test_a_failure_leaves_the_former_results(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("menage_id,role\na,demandeur\n", encoding="utf-8")
    out = tmp_path / "out"
    screen_caseload(source, out, month=MONTH)
    before = without_timing(out)

    def stop(share: float, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen_caseload(source, out, month=MONTH, progress=stop)
    assert without_timing(out) == before
    assert sorted(p.name for p in out.iterdir()) == sorted(FILES)


def test_resume_skips_only_the_same_run(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("menage_id,role\na,demandeur\n", encoding="utf-8")
    out = tmp_path / "out"
    first = screen_caseload(source, out, month=MONTH, resume=True)
    again = screen_caseload(source, out, month=MONTH, resume=True)
    assert not first.resumed and again.resumed
    assert again.model_dump() | {"timing": 0} == first.model_dump() | {"timing": 0}
    assert not screen_caseload(source, out, month="2026-10", resume=True).resumed
    assert not screen_caseload(source, out, month="2026-10", resume=True, rights=["rsa"]).resumed
    assert screen_caseload(source, out, month="2026-10", resume=True, rights=["rsa"]).resumed
    assert not screen_caseload(source, out, month="2026-10", resume=True, rights=["rsa"], draws=8).resumed
    assert screen_caseload(source, out, month="2026-10", resume=True, rights=["rsa"], draws=8, workers=2).resumed
    source.write_text("menage_id,role\nb,demandeur\n", encoding="utf-8")
    assert not screen_caseload(source, out, month="2026-10", resume=True, rights=["rsa"]).resumed
    (out / "results.csv").unlink()
    assert not screen_caseload(source, out, month="2026-10", resume=True, rights=["rsa"]).resumed
    (out / "summary.json").write_text("{", encoding="utf-8")
    assert not screen_caseload(source, out, month="2026-10", resume=True, rights=["rsa"]).resumed


@pytest.mark.parametrize(
    "options",
    [
        {"month": "2026-13"},
        {"month": "1999-01"},
        {"month": MONTH, "rights": ["aspa2"]},
        {"month": MONTH, "chunk": 0},
        {"month": MONTH, "draws": -1},
        {"month": MONTH, "workers": 0},
    ],
)
def test_options_that_cannot_be_used(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(CaseloadError):
        screen_caseload(DEMO, tmp_path / "out", **options)


def test_missing_files(tmp_path: Path) -> None:
    for source in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(CaseloadError):
            screen_caseload(source, tmp_path / "out", month=MONTH)
    with pytest.raises(CaseloadError, match=r"m\.yaml"):
        screen_caseload(DEMO, tmp_path / "out", month=MONTH, mapping=tmp_path / "m.yaml")


def test_progress_ends_at_one(tmp_path: Path) -> None:
    seen: list[tuple[float, int]] = []
    summary = screen_caseload(DEMO, tmp_path / "out", month=MONTH, chunk=50, progress=lambda s, r: seen.append((s, r)))
    assert seen == sorted(seen)
    assert seen[-1] == (1.0, summary.rows_in)
    assert len(table(tmp_path / "out" / "quarantine.csv")) == summary.rows_quarantined
