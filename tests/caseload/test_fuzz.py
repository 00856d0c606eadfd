"""Whatever the bytes: a typed error, or rows that add up."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zero_non_recours.caseload import CaseloadError, screen_caseload

from .conftest import MONTH, table

DEMO = Path(__file__).parents[2] / "scenarios" / "caseloads" / "ccas_demo.csv"
LINES = DEMO.read_bytes().split(b"\n")[:25]
PROFILE = {
    "id": "h",
    "personnes": [
        {"id": "1", "role": "demandeur", "date_naissance": "1990-01-31", "revenus": {"salaire_net": {"2026-08": 9}}}
    ],
    "logement": {"loyer": 400, "statut": "locataire_hlm"},
    "prestations_recues": {"rsa": 0},
}
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / name
        source.write_bytes(content)
        out = Path(folder) / "out"
        try:
            summary = screen_caseload(source, out, month=MONTH, draws=0)
        except CaseloadError:
            return
        results, refused = table(out / "results.csv"), table(out / "quarantine.csv")
        assert summary.rows_in == summary.rows_out + summary.rows_quarantined
        assert len(refused) == summary.rows_quarantined
        assert len(results) == summary.households_out * len(summary.by_right)
        numbers = [int(row["row"]) for row in refused]
        assert numbers == sorted(set(numbers))
        assert all(row["reason"] for row in refused)


@few
@given(st.binary(max_size=300))
def test_random_bytes(content: bytes) -> None:
    check(content, "a.csv")
    check(content, "a.jsonl")


@few
@given(st.binary(max_size=200))
def test_random_bytes_after_a_good_header(content: bytes) -> None:
    check(b"menage_id;personne_id;role;date_naissance;revenus.salaire_net;logement.loyer;x_note\n" + content, "a.csv")


@few
@given(st.data())
def test_damaged_tables(data: st.DataObject) -> None:
    content = bytearray(b"\n".join(LINES))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(len(LINES[0]) + 1, len(content) - 1))
        length = data.draw(st.integers(0, 12))
        content[place : place + length] = data.draw(
            st.sampled_from(
                [b'"', b"\n", b"\0", b";", b";;;;;;", b"\xff", b"\r", b"", b"=", b"-1", b"\xe2\x80\xae", b"1e9"]
            )
            | st.binary(max_size=5)
        )
    check(bytes(content), "a.csv")


def leaves() -> st.SearchStrategy[object]:
    return st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just({}) | st.just([])


@few
@given(st.data())
def test_damaged_profiles(data: st.DataObject) -> None:
    profile = json.loads(json.dumps(PROFILE))
    for _ in range(data.draw(st.integers(1, 3))):
        node = data.draw(
            st.sampled_from(
                [profile, profile.get("personnes"), profile.get("logement"), profile.get("prestations_recues")]
            )
        )
        if isinstance(node, dict) and node:
            node[data.draw(st.sampled_from(sorted(node)) | st.text(max_size=4))] = data.draw(leaves())
        elif isinstance(node, list):
            node.append(data.draw(leaves()))
    check(json.dumps(profile).encode("utf-8", "surrogatepass") + b"\n", "a.jsonl")


@few
@given(st.lists(st.lists(st.text(max_size=8), min_size=4, max_size=4), max_size=6), st.sampled_from(";,\t"))
def test_every_well_formed_table_keeps_its_rows(rows: list[list[str]], separator: str) -> None:
    """Rows written by the standard library are counted as it counts them, when no cell holds a line break."""
    rows = [[" ".join(cell.split()).replace("\0", "").replace("\ufeff", "") for cell in row] for row in rows]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(["menage_id", "personne_id", "logement.loyer", "x_note"])
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "a.csv"
        source.write_bytes(text.getvalue().encode("utf-8", "replace"))
        if not text.getvalue().split("\n", 1)[1].strip():
            with pytest.raises(CaseloadError, match="aucun ménage"):
                screen_caseload(source, Path(folder) / "out", month=MONTH)
            return
        summary = screen_caseload(source, Path(folder) / "out", month=MONTH, draws=0)
        assert summary.rows_in + summary.blank_lines == len(rows)
