"""Runs every fenced block of docs/language.md.

The first word after the fence is the language; what follows says what the block is:

- `arbre fichier=F`: a file of the small country on which the others are loaded;
- `pack=P [national] fichier=F`: a file of the local pack P, on the small country or, with `national`, on the shipped
  rules; its `exemples/` must hold, and there must be some;
- `erreur=C [fichier=F] [dossier=P]`: a rule file (or, in a `text` block, one formula) that must fail with exactly the
  code C, alone or in place of the same file of the pack P;
- `diagnostic`: what the `erreur` block just above prints;
- `mots pack=P nom=N`: the formula of N, in words;
- `extrait=F`: rules copied from the shipped file F;
- `national`: examples for the shipped rules;
- `menage fichier=F`: a household, for the commands;
- `console`: commands typed in an empty folder; the `national` packs and the households that stand in the same section
  are written there as they come, in folders that a command has made; `…` stands for any lines printed;
- `limites`: the limits in the code; `arborescence`: the layout of the shipped rules.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from typer.testing import CliRunner

from zero_non_recours.cli.app import app
from zero_non_recours.engine import graph, lower, worlds
from zero_non_recours.rulebook import (
    checker,
    declare,
    diagnostics,
    expressions,
    parser,
    reader,
    sources,
    suppositions,
)
from zero_non_recours.rulebook.diagnostics import RulebookError
from zero_non_recours.rulebook.loader import default_rulebook, load_rulebook, shipped_rules
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.words import formula_in_words
from zero_non_recours.screening.examples import ExampleResult, read_examples, run_example

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "language.md"
KINDS = (
    "arbre", "pack", "erreur", "diagnostic", "mots", "extrait", "national", "menage", "console", "limites",
    "arborescence",
)  # fmt: skip


class Block(NamedTuple):
    """One fenced block and where it stands."""

    line: int
    language: str
    options: dict[str, str]
    text: str

    @property
    def kind(self) -> str:
        return "mots" if "mots" in self.options else next((k for k in KINDS if k in self.options), "")


def read_blocks() -> list[Block]:
    blocks: list[Block] = []
    opened: tuple[int, str] | None = None
    body: list[str] = []
    for number, line in enumerate(PAGE.read_text("utf-8").splitlines(), 1):
        if not line.startswith("```"):
            body.append(line)
        elif opened is None:
            opened, body = (number, line[3:]), []
        else:
            language, *words = opened[1].split()
            options = {key: value for key, _, value in (word.partition("=") for word in words)}
            options |= {"console": ""} if language == "console" else {}
            blocks.append(Block(opened[0], language, options, "\n".join(body) + "\n"))
            opened = None
    assert opened is None
    return blocks


BLOCKS = read_blocks()
ERRORS = [b for b in BLOCKS if b.kind == "erreur"]
PACKS = sorted({b.options["pack"] for b in BLOCKS if b.kind == "pack"})


def where(block: Block) -> str:
    return f"ligne {block.line}"


def outcomes(book: Rulebook, pack: str) -> list[tuple[str, str]]:
    """The examples of one pack with what differs, `""` when nothing does."""
    examples = [e for e in read_examples(book) if e.pack == pack]
    results = [e if isinstance(e, ExampleResult) else run_example(book, e) for e in examples]
    return [(r.name, "" if r.ok else r.message or "faux") for r in results]


def write_files(folder: Path, blocks: list[Block]) -> Path:
    for block in blocks:
        path = folder / block.options["fichier"]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(block.text)
    return folder


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_files(tmp_path_factory.mktemp("pays"), [b for b in BLOCKS if b.kind == "arbre"])


@pytest.fixture(scope="module")
def books(country: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rulebook]:
    root = tmp_path_factory.mktemp("dossiers")
    found: dict[str, Rulebook] = {}
    for pack in PACKS:
        folder = write_files(root / pack, [b for b in BLOCKS if b.kind == "pack" and b.options["pack"] == pack])
        national = any("national" in b.options for b in BLOCKS if b.options.get("pack") == pack)
        found[pack] = load_rulebook(shipped_rules() if national else country, packs=[folder])
    return found


def test_no_block_is_left_out() -> None:
    assert [where(b) for b in BLOCKS if not b.kind] == []
    assert {b.kind for b in BLOCKS} == set(KINDS)


@pytest.mark.parametrize("pack", PACKS)
def test_packs_load_and_their_examples_hold(pack: str, books: dict[str, Rulebook]) -> None:
    results = outcomes(books[pack], pack)
    assert results
    assert results == [(name, "") for name, _ in results]


def failing(block: Block, country: Path, tmp_path: Path) -> RulebookError:
    text = block.text
    if block.language == "text":
        formula = "".join(f"    {line}\n" for line in text.splitlines())
        rule = "{}:\n  libelle: Essai\n  entite: foyer\n  unite: €/mois\n  references: [Loi]\n  formule: >\n{}"
        text = rule.format("autre_regle", "    0\n") + rule.format("essai", formula)
    folder = tmp_path / "faute"
    folder.mkdir()
    write_files(folder, [b for b in BLOCKS if b.kind == "pack" and b.options["pack"] == block.options.get("dossier")])
    (folder / block.options.get("fichier", "regles.yaml")).write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_rulebook(country, packs=[folder])
    return caught.value


@pytest.mark.parametrize("block", ERRORS, ids=where)
def test_errors_have_exactly_their_code(block: Block, country: Path, tmp_path: Path) -> None:
    error = failing(block, country, tmp_path)
    assert {d.code for d in error.diagnostics} == {block.options["erreur"]}, str(error)
    for diagnostic in error.diagnostics:
        assert diagnostic.position.path.startswith("faute/")
        assert diagnostic.cause


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.kind == "diagnostic"], ids=where)
def test_shown_diagnostics_are_those_printed(block: Block, country: Path, tmp_path: Path) -> None:
    above = [b for b in ERRORS if b.line < block.line][-1]
    assert str(failing(above, country, tmp_path)) == block.text.rstrip("\n")


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.kind == "mots"], ids=where)
def test_formulas_in_words(block: Block, books: dict[str, Rulebook]) -> None:
    book = books[block.options["pack"]]
    formula = book.variables[block.options["nom"]].versions[0].formula
    assert formula_in_words(formula, book) == block.text.strip()


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.kind == "extrait"], ids=where)
def test_extracts_are_the_shipped_rules(block: Block) -> None:
    shipped = yaml.safe_load((shipped_rules() / block.options["extrait"]).read_text("utf-8"))
    for name, rule in yaml.safe_load(block.text).items():
        assert shipped[name] == rule


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.kind == "national"], ids=where)
def test_national_examples_hold(block: Block, tmp_path: Path) -> None:
    examples = tmp_path / "page" / "exemples"
    examples.mkdir(parents=True)
    (examples / "page.yaml").write_text(block.text, encoding="utf-8")
    results = outcomes(load_rulebook(packs=[tmp_path / "page"]), "page")
    assert results
    assert results == [(name, "") for name, _ in results]


def assert_prints(shown: str, printed: str) -> None:
    """The lines shown are those printed, from the first to the last; `…` stands for any lines."""
    parts = [re.escape(part.strip("\n")) for part in re.split(r"^…$", shown, flags=re.M)]
    pattern = "(?:.*\n)?".join(part + "\n" if part else "" for part in parts)
    assert re.fullmatch(pattern, printed, re.S), printed


def run_commands(block: Block) -> None:
    for command in block.text.removeprefix("$ ").split("\n$ "):
        line, _, shown = command.partition("\n")
        program, *arguments = line.split()
        if program == "mkdir":
            Path(arguments[-1]).mkdir(parents="-p" in arguments)
            continue
        assert program == "znr", where(block)
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, result.output
        assert_prints(shown, result.stdout)


def test_the_right_of_ten_minutes_is_written_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = 0
    for block in BLOCKS:
        if block.kind == "console":
            run_commands(block)
            ran += 1
        elif block.kind == "menage" or (block.kind == "pack" and "national" in block.options):
            path = Path(block.options.get("pack", "."), block.options["fichier"])
            path.write_text(block.text, encoding="utf-8")
    assert ran == sum(b.kind == "console" for b in BLOCKS) > 0


def test_limits_are_those_of_the_code() -> None:
    (block,) = [b for b in BLOCKS if b.kind == "limites"]
    assert list(yaml.safe_load(block.text).values()) == [
        reader.MAX_BYTES,
        reader.MAX_NODES,
        reader.MAX_DEPTH,
        sources.MAX_FILES,
        sources.MAX_TOTAL,
        declare.MAX_VARIABLES,
        parser.MAX_LENGTH,
        checker.MAX_EXPRESSION_DEPTH,
        checker.MAX_POWER,
        expressions.MAX_SHIFT,
        lower.MAX_OFFSET,
        graph.MAX_GRAPH,
        suppositions.MAX_SUPPOSITIONS,
        worlds.MAX_SUPPOSED,
        diagnostics.Report().limit,
    ]


def test_the_layout_shown_exists() -> None:
    (block,) = [b for b in BLOCKS if b.kind == "arborescence"]
    names = {match[1] for match in re.finditer(r"^ *([a-z_]+\.yaml|[a-z_]+/)", block.text, re.M)} - {"rules/"}
    there = {p.name + "/" * p.is_dir() for p in shipped_rules().rglob("*")}
    assert names - {"local/", "montreuil/"} <= there


def raised_codes() -> set[str]:
    """Every code that the rulebook's source gives to a diagnostic."""
    pattern = re.compile(r"(?:\badd|\bfail|_refuse)\(\s*(?:[\w.\[\]]+,\s*)?\"([a-z]+(?:-[a-z]+)*)\"")
    source = "".join(p.read_text("utf-8") for p in (ROOT / "src/zero_non_recours/rulebook").glob("*.py"))
    return set(pattern.findall(source))


def test_every_diagnostic_code_is_in_the_table() -> None:
    table = PAGE.read_text("utf-8").split("## 16.")[-1]
    listed = {code for row in re.findall(r"^\| (`.+?) \|", table, re.M) for code in re.findall(r"`([a-z-]+)`", row)}
    assert listed == raised_codes()


def test_every_diagnostic_code_has_an_example(tmp_path: Path, country: Path) -> None:
    """Either a block of the page, or one of the cases that a page cannot show."""
    rule = "a: {libelle: A, entite: foyer, unite: '1', references: [Loi], formule: %s}\n"
    cases: dict[str, bytes] = {
        "encodage": "a: é".encode("latin-1"),
        "expression-trop-longue": (rule % f"{'1 + ' * 1200}1").encode(),
        "expression-trop-profonde": (rule % f"'{'-' * 60}1'").encode(),
        "fichier-trop-gros": b"# " + b"x" * 1_000_001,
        "trop-profond": b"a: " + b"[" * 60 + b"]" * 60,
    }
    found = {b.options["erreur"] for b in ERRORS}
    for code, content in cases.items():
        folder = tmp_path / code.replace("-", "_")
        folder.mkdir()
        (folder / "regles.yaml").write_bytes(content)
        with pytest.raises(RulebookError) as caught:
            load_rulebook(country, packs=[folder])
        assert {d.code for d in caught.value.diagnostics} == {code}
        found.add(code)
    link = tmp_path / "lien"
    link.mkdir()
    (link / "regles.yaml").symlink_to(country / "entites.yaml")
    for folder, code in ((link, "fichier-special"), (tmp_path / "absent", "dossier")):
        with pytest.raises(RulebookError) as caught:
            load_rulebook(country, packs=[folder])
        assert {d.code for d in caught.value.diagnostics} == {code}
        found.add(code)
    assert raised_codes() - found == {"fichier-illisible"}


def test_the_shipped_rules_are_said_in_words_to_the_last() -> None:
    book = default_rulebook()
    for variable in book.variables.values():
        for version in variable.versions:
            words = formula_in_words(version.formula, book)
            assert words
            assert words.count("(") == words.count(")")
