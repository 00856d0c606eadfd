"""`znr screen`, `explain`, `rank`, `schema`: what they print, their exit codes, and broken files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.screening.households import adult, home
from zero_non_recours import __version__, rank_rights, screen
from zero_non_recours.profile.periods import show_month
from zero_non_recours.rulebook.loader import default_rulebook

SECRET = "SENTINELLE-7319"
MONTH = ["--month", "2026-11"]
WORKER: dict[str, Any] = {"id": "h1", **home(adult(id="p1", wage=1600))}
OTHER: dict[str, Any] = {"id": "h2", **home(adult(id="p1", wage=300), aide_logement=100)}


@dataclass(frozen=True)
class Outcome:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def znr(monkeypatch, capfdbinary) -> Run:
    """Runs a command as the installed script does, in this process, with what it writes as UTF-8 bytes."""
    from zero_non_recours.cli import main

    def run(*arguments: Any, stdin: bytes = b"") -> Outcome:
        read, write = os.pipe()
        with os.fdopen(write, "wb") as pipe:
            pipe.write(stdin)
        monkeypatch.setattr(sys, "argv", ["znr", *map(str, arguments)])
        with os.fdopen(read, "r", encoding="utf-8") as source:
            monkeypatch.setattr(sys, "stdin", source)
            code = 0
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        out, err = (part.decode() for part in capfdbinary.readouterr())
        assert "Traceback" not in err and "Traceback" not in out
        assert SECRET not in err
        return Outcome(code, out, err)

    return run


@pytest.fixture
def write(tmp_path) -> Callable[[str, Any], Path]:
    """Writes a file: text, bytes, or data as JSON."""

    def put(name: str, content: Any) -> Path:
        path = tmp_path / name
        raw = (
            content
            if isinstance(content, bytes)
            else content.encode()
            if isinstance(content, str)
            else json.dumps(content).encode()
        )
        path.write_bytes(raw)
        return path

    return put


def shell(*arguments: str, env: dict[str, str] | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The same in a process of its own."""
    code = "from zero_non_recours.cli import main; main()"
    paths = os.pathsep.join(p for p in sys.path if p)
    environment = {**os.environ, "PYTHONPATH": paths, **(env or {})}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        input=stdin,
        capture_output=True,
        env=environment,
        timeout=60,
        check=False,
    )


# -- what they print --------------------------------------------------------------------------------------


def test_screen_says_it_in_french(znr, write):
    done = znr("screen", write("un.json", WORKER), *MONTH)
    assert done.code == 0 and done.err == ""
    for words in (
        "Ménage h1",
        "novembre 2026",
        "[NON] Revenu de solidarité active",
        "[OUI] Prime d'activité",
        "pourrait avoir droit à",
        "211,01 € par mois",
        "de ressources de trop",
        "estimations",
        "où : Caf ou MSA",
    ):
        assert words in done.out


def test_screen_as_json_is_the_contract(znr, write):
    one = znr("screen", write("un.json", WORKER), *MONTH, "--json")
    assert one.json == screen(WORKER, "2026-11").model_dump(mode="json")
    many = znr("screen", write("un.json", WORKER), write("deux.json", [OTHER, WORKER]), *MONTH, "--json")
    assert [s["id"] for s in many.json] == ["h1", "h2", "h1"]
    assert many.json[0] == many.json[2] == one.json


def test_the_formats_give_the_same(znr, write):
    data = json.dumps(OTHER)
    files = [
        write("a.json", OTHER),
        write("b.JSON", b"\xef\xbb\xbf" + data.encode()),
        write("c.yaml", yaml.safe_dump(OTHER)),
        write("d.yml", yaml.safe_dump(OTHER, default_flow_style=True)),
        write("e.jsonl", f"\n{data}\r\n\n"),
        write("f.ndjson", data),
        write("sans_suffixe", data),
        write("g.JSONL", data),
        write("h.json", [OTHER]),
    ]
    wanted = screen(OTHER, "2026-11", draws=256).model_dump(mode="json")
    for file in files:
        assert znr("screen", file, *MONTH, "--json").json == wanted, file.name


def test_the_story_of_a_household_is_read_too(znr):
    story = Path(__file__).resolve().parents[2] / "scenarios" / "foyers" / "nadia_caissiere_a_temps_partiel.yaml"
    assert "Ménage nadia" in znr("rank", story, *MONTH).out


def test_standard_input(znr):
    done = znr("screen", "-", *MONTH, "--json", stdin=json.dumps([WORKER, OTHER]).encode())
    assert [s["id"] for s in done.json] == ["h1", "h2"]
    assert "Calcul" in znr("explain", "-", "ppa", *MONTH, stdin=json.dumps(WORKER).encode()).out
    assert znr("rank", "-", *MONTH, "--json", stdin=json.dumps(WORKER).encode()).json["id"] == "h1"
    broken = znr("screen", "-", *MONTH, stdin=f'{{"id": "{SECRET}",'.encode())
    assert broken.code == 1 and broken.err.startswith("entrée standard:1:")


def test_json_lines_split_on_line_feeds_only(znr, write):
    """U+2028 and U+0085 may stand in a JSON text; they do not end its line."""
    file = write("m.jsonl", '{"id": "a\u2028b\u0085c", "personnes": [{}]}\n{"id": "d", "personnes": [{}]}\n')
    assert [s["id"] for s in znr("screen", file, *MONTH, "--json").json] == ["a\u2028b\u0085c", "d"]


def test_explain(znr, write):
    done = znr("explain", write("un.json", WORKER), "ppa", *MONTH)
    for words in (
        "Prime d'activité — droit de novembre 2026",
        "212,07 €",
        "CSS L842-3",
        "Conditions",
        "juillet, août, septembre 2026",
    ):
        assert words in done.out
    assert done.code == 0
    detailed = znr("explain", write("un.json", WORKER), "ppa", *MONTH, "--detail")
    assert len(detailed.out) > len(done.out)
    both = znr("explain", write("deux.json", [WORKER, OTHER]), "rsa", *MONTH)
    assert both.out.count("Revenu de solidarité active (RSA) — droit") == 2


def test_rank(znr, write):
    file = write("deux.json", [OTHER, WORKER])
    done = znr("rank", file, *MONTH)
    assert done.code == 0 and "Ménage h2" in done.out and "1. " in done.out and "par mois en tout" in done.out
    assert done.out.index("Ménage h2") < done.out.index("Ménage h1"), "the order of the file, never one of households"
    data = znr("rank", file, *MONTH, "--json").json
    assert [d["id"] for d in data] == ["h2", "h1"]
    assert data == [rank_rights(h, "2026-11").model_dump(mode="json") for h in (OTHER, WORKER)]
    alone = znr("rank", write("un.json", WORKER), *MONTH)
    detailed = znr("rank", write("un.json", WORKER), *MONTH, "--detail")
    assert "Taux de base" in detailed.out and "Taux de base" not in alone.out
    assert set(alone.out.splitlines()) <= set(detailed.out.splitlines())


def test_rank_reads_a_caseload(znr, write):
    head = "menage_id;personne_id;role;date_naissance;revenus.salaire_net"
    rows = [head, "m1;1;demandeur;14/05/1988;500", f"m2;1;demandeur;{SECRET};500"]
    done = znr("rank", write("liste.csv", "\n".join(rows)), *MONTH, "--json")
    assert done.code == 3 and done.json["id"] == "m1" and done.json["rights"]
    assert "1 ligne(s)" in done.err and "znr caseload" in done.err


def test_only_some_rights(znr, write):
    file = write("un.json", WORKER)
    assert list(znr("screen", file, *MONTH, "--json", "--right", "ppa").json["rights"]) == ["ppa"]
    assert [r["right"] for r in znr("rank", file, *MONTH, "--json", "--right", "ppa").json["rights"]] == ["ppa"]


def test_schema_is_a_json_schema(znr):
    done = znr("schema")
    assert done.code == 0 and done.json["properties"]["personnes"]["type"] == "array"
    assert "salaire_net" in done.out and "montant net social" in done.out


def test_version_and_help(znr):
    assert znr("--version").out == f"zero-non-recours {__version__}\n"
    for command in ([], ["screen"], ["explain"], ["rank"], ["rules"], ["schema"]):
        done = znr(*command, "--help")
        assert done.code == 0 and ("Usage" in done.out or "utilisation" in done.out.lower())


def test_the_month_defaults_to_the_current_one(znr, write):
    import datetime
    from zoneinfo import ZoneInfo

    now = datetime.datetime.now(tz=ZoneInfo("Europe/Paris")).strftime("%Y-%m")
    assert znr("screen", write("un.json", WORKER), "--json").json["month"] >= now


def test_a_month_after_the_rules_is_noted(znr, write):
    last = default_rulebook().coverage.last
    done = znr("screen", write("un.json", WORKER), "--month", show_month(last + 1))
    assert done.code == 0 and show_month(last) in done.out


def test_an_identifier_cannot_drive_the_terminal(znr, write):
    file = write("un.json", {**WORKER, "id": "h\u001b[31m\u0007\u202e1"})
    for done in (znr("screen", file, *MONTH), znr("rank", file, *MONTH)):
        assert done.code == 0 and not set(done.out) & {"\u001b", "\u0007", "\u202e"}


# -- usage: exit code 2 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["scren"],
        ["screen"],
        ["explain", "x.json"],
        ["screen", "x.json", "--mois", "2026-11"],
        ["screen", "x.json", "--month"],
        ["screen", "x.json", "--month", "2026-13"],
        ["screen", "x.json", "--month", "novembre"],
        ["explain", "x.json", "rsa", "--month", "2026"],
        ["rank", "x.json", "--month", ""],
        ["rank", "x.json", "--top", "1"],
        ["rank", "x.json", "--detail", "oui"],
        ["rules", "chek"],
        ["schema", "de", "trop"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(znr, arguments):
    done = znr(*arguments)
    assert done.code == 2 and done.out == "" and done.err


def test_a_wrong_month_says_the_form(znr):
    assert "AAAA-MM" in znr("screen", "x.json", "--month", "2026-13").err


# -- wrong input: exit code 1 -----------------------------------------------------------------------------


def test_a_mistyped_right_names_the_nearest(znr, write):
    file = write("un.json", WORKER)
    for arguments in (
        ["explain", file, "rsaa"],
        ["screen", file, "--right", "rsaa"],
        ["rank", file, "--right", "rsaa"],
    ):
        done = znr(*arguments, *MONTH)
        assert (done.code, done.out) == (1, "") and "rsaa" in done.err and "« rsa »" in done.err
    assert "ppa" in znr("explain", file, "zzzzzz", *MONTH).err


@pytest.mark.parametrize("command", [["screen"], ["rank"]])
def test_a_month_before_the_rules_is_1(znr, write, command):
    done = znr(*command, write("un.json", WORKER), "--month", "2023-12")
    assert (done.code, done.out) == (1, "") and "2024-01" in done.err


def test_every_problem_of_every_household_is_told_at_once(znr, write):
    wrong = [
        {"id": "a", "personnes": [{"role": SECRET, "enceinte": SECRET}]},
        WORKER,
        {"personnes": [], "logment": {}},
        3,
    ]
    done = znr("screen", write("un.json", wrong), *MONTH)
    assert (done.code, done.out) == (1, "")
    for words in (
        "ménage 1 : 2 problème(s)",
        "personnes[0].role : ",
        "personnes[0].enceinte : ",
        "ménage 3 : 2 problème(s)",
        "logment : ",
        "« logement »",
        "ménage 4",
    ):
        assert words in done.err
    assert "ménage 2" not in done.err


BROKEN: dict[str, tuple[Any, str]] = {
    "coupe.json": (f'{{"id": "{SECRET}", "personnes": [', "coupe.json:1:"),
    "ligne.json": (f'{{"id": "h",\n "personnes": [\n  {{"role": "{SECRET}" "id": 3}}]}}', "ligne.json:3:"),
    "vide.json": ("", "vide.json:1:1"),
    "blanc.json": (" \n ", "blanc.json:"),
    "liste_vide.json": ("[]", "aucun ménage"),
    "vide.jsonl": ("\n\n", "aucun ménage"),
    "vide.yaml": ("", "objet"),
    "texte.json": (f'"{SECRET}"', "objet"),
    "nul.json": ("null", "objet"),
    "nan.json": ("NaN", "objet"),
    "infini.json": ('{"personnes": [{"revenus": {"aah": Infinity}}]}', "montant possible"),
    "latin.json": ('{"id": "Zoé"}'.encode("latin-1"), "UTF-8"),
    "latin.yaml": ("id: Zoé".encode("latin-1"), "UTF-8"),
    "utf16.json": ('{"id": "Zoe"}'.encode("utf-16"), "UTF-8"),
    "binaire.json": (bytes(range(256)), "UTF-8"),
    "profond.json": ("[" * 200_000, "imbriqués"),
    "profond2.json": ('{"personnes":' * 90_000, "imbriqués"),
    "profond.yaml": ("[" * 200_000, "imbriqués"),
    "chiffres.json": ('{"personnes": [{"revenus": {"aah": ' + "9" * 5000 + "}}]}", "chiffres"),
    "grand.json": ('{"personnes": [{"revenus": {"aah": 1' + "0" * 400 + "}}]}", "montant possible"),
    "double.json": (f'{{"personnes": [{{"role": "{SECRET}"}}], "personnes": [{{}}]}}', "deux fois"),
    "double.yaml": (f"id: {SECRET}\nid: {SECRET}\n", "double.yaml:2:1"),
    "ancre.yaml": (f"id: &a {SECRET}\nunion: *a\n", "ancre"),
    "etiquette.yaml": (f"id: !!python/object:os.system {SECRET}\n", "tiquette"),
    "indente.yaml": (f"personnes:\n  - role: {SECRET}\n   id: 3\n", "indente.yaml:3:"),
    "documents.yaml": (f"--- {{id: {SECRET}}}\n--- {{id: {SECRET}}}\n", "un seul document"),
    "onglet.yaml": (f"personnes:\n\t- {SECRET}\n", "onglet.yaml:2:"),
    "oui.yaml": ("personnes: [{enceinte: oui}]", "true ou false"),
    "demi.json": ('{"id": "\\ud800", "personnes": [{}]}', "identifiant"),
    "demi_cle.json": ('{"\\ud800": 1, "personnes": [{}]}', "demi_cle.json"),
    "ligne.jsonl": (f'{json.dumps(WORKER)}\n{{"id": "{SECRET}",}}\n', "ligne.jsonl:2:"),
    "profil.jsonl": (f'{json.dumps(WORKER)}\n\n{{"personnes": [{{"role": "{SECRET}"}}]}}\n', "ligne 3"),
    "cle.json": ({"x" * 10_000: SECRET, "personnes": [{}]}, "n'existe pas"),
    "echappe.json": ({"\u001b[31mx": SECRET, "personnes": [{}]}, "n'existe pas"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_located_and_its_content_kept_quiet(znr, write, name):
    content, words = BROKEN[name]
    file = write(name, content)
    for arguments in (["screen", file], ["explain", file, "rsa"], ["rank", file]):
        done = znr(*arguments, *MONTH)
        assert done.code == 1 and words in done.err, done.err
        assert len(done.err) < 2000 and "\u001b" not in done.err
        assert done.out == "" or arguments[0] == "explain"


def test_files_that_cannot_be_read(znr, write, tmp_path):
    (tmp_path / "dossier.json").mkdir()
    for name, words in (
        ("dossier.json", "dossier"),
        ("absent.json", "n'existe pas"),
        ("absent/x.json", "n'existe pas"),
    ):
        done = znr("screen", tmp_path / name, *MONTH)
        assert (done.code, done.out) == (1, "") and words in done.err
        assert str(tmp_path) not in done.err
    assert znr("screen", write("ok.json", WORKER), tmp_path / "absent.json", *MONTH).code == 1


def test_a_file_too_large_points_to_the_caseload(znr, write, monkeypatch):
    monkeypatch.setattr("zero_non_recours.cli.files.MAX_BYTES", 100)
    done = znr("screen", write("un.json", WORKER), *MONTH)
    assert done.code == 1 and "znr caseload" in done.err


def test_a_missing_local_pack(znr, write, tmp_path):
    done = znr("screen", write("un.json", WORKER), "--pack", tmp_path / "absent", *MONTH)
    assert (done.code, done.out) == (1, "") and done.err
    assert znr("schema", "--pack", tmp_path / "absent").code == 1


# -- in a process of its own ------------------------------------------------------------------------------


def test_the_process_returns_the_exit_codes(write):
    good, bad = write("bon.json", WORKER), write("mauvais.json", f'{{"id": "{SECRET}"')
    done = shell("screen", str(good), *MONTH, "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["id"] == "h1" and done.stderr == b""
    done = shell("screen", str(bad), *MONTH)
    assert done.returncode == 1 and b"Traceback" not in done.stderr and SECRET.encode() not in done.stderr
    assert shell("scren").returncode == 2


READ_AS = {"ascii": "utf-8", "latin-1": "latin-1", "cp1252": "cp1252"}  # in ASCII, click writes UTF-8


@pytest.mark.parametrize("encoding", READ_AS)
def test_a_terminal_with_few_characters_gets_an_answer(write, encoding):
    file = write("bon.json", WORKER)
    done = shell("explain", str(file), "ppa", *MONTH, env={"PYTHONIOENCODING": encoding})
    assert done.returncode == 0 and done.stderr == b"" and b"212,07" in done.stdout
    done = shell("screen", str(file), *MONTH, "--json", env={"PYTHONIOENCODING": encoding})
    assert json.loads(done.stdout.decode(READ_AS[encoding]))["rights"]["ppa"]["amount"]["unit"] == "€/mois"


def test_a_reader_that_leaves_early_is_not_an_error(write):
    file = write("bon.json", [WORKER] * 60)
    code = "from zero_non_recours.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen(
        [sys.executable, "-c", code, "screen", str(file), *MONTH],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_explain_as_json_has_the_result_and_the_steps(znr, write):
    done = znr("explain", write("un.json", WORKER), "ppa", "--json", *MONTH)
    data = json.loads(done.out)
    assert done.code == 0 and data["right"] == "ppa" and data["result"]["status"] == "eligible"
    assert data["steps"][-1]["name"] == "ppa_nette_crds" and data["steps"][-1]["references"]
