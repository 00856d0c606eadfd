"""Runs the fenced blocks of README.md and docs/*.md (docs/language.md has its own test), page by page, in order.

- `python`: executed in a namespace that the page shares; with `>>>`, outputs are compared (`...`: anything).
- `sh`: lines of `znr` are run in a folder that looks like the checkout and must end with 0, or with `code=N` after
  `sh`; lines of `make` must name a target of the Makefile; nothing else is allowed.
- `text` after a `sh` block of the same section: what it prints, in order; a line `…` stands for any number of lines.
  Under `make`, the lines `==> znr …` are run, the other `==>` lines are messages of the Makefile.
- `json profil`, `yaml profil`: a household, which must be valid; `json`, `yaml`: must be well formed.
- `fichier=NAME` after any of these: the block is also written as that file for the commands that follow.
- any other `text` block is an illustration and must not look like a command.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import re
import shlex
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from zero_non_recours import Household
from zero_non_recours.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted(p for p in (ROOT / "docs").glob("*.md") if p.name != "language.md")]
LINKED = ("rules", "scenarios", "docs", "tests")
KINDS = {"python", "sh", "text", "json", "yaml", "csv", "mermaid"}


class Block(NamedTuple):
    """One fenced block; `follows`: no heading stands between it and the block before."""

    line: int
    language: str
    options: dict[str, str]
    text: str
    follows: bool


def blocks_of(page: Path) -> list[Block]:
    found: list[Block] = []
    opened: tuple[int, str, bool] | None = None
    body: list[str] = []
    follows = False
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if opened is None:
            if line.lstrip().startswith("```"):
                opened, body = (number, line.strip()[3:].strip(), follows), []
            elif line.startswith("#"):
                follows = False
        elif line.lstrip().startswith("```"):
            language, *words = opened[1].split() or [""]
            options = {key: value for key, _, value in (word.partition("=") for word in words)}
            found.append(Block(opened[0], language, options, textwrap.dedent("\n".join(body)) + "\n", opened[2]))
            opened, follows = None, True
        else:
            body.append(line)
    assert opened is None, f"{page.name}: block of line {opened and opened[0]} is not closed"
    return found


def make_targets() -> dict[str, str]:
    text = (ROOT / "Makefile").read_text("utf-8")
    return dict(re.findall(r"^([a-z]+):(?:.*\n)((?:\t.*\n)*)", text, re.MULTILINE))


def makefile_messages() -> str:
    text = (ROOT / "Makefile").read_text("utf-8")
    for name, value in re.findall(r"^([A-Z_]+) = (.+)$", text, re.MULTILINE):
        text = text.replace(f"$({name})", value)
    return text


def run_znr(line: str) -> tuple[int, str, str]:
    """The exit code and the two outputs of a command line."""
    out, err = io.StringIO(), io.StringIO()
    words = shlex.split(line)
    before, sys.argv = sys.argv, words
    code: Any = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as stop:
        code = stop.code or 0
    finally:
        sys.argv = before
    return int(code), out.getvalue(), err.getvalue()


def assert_prints(shown: str, printed: str, where: str) -> None:
    """The lines shown stand in what was printed, in order; `…` leaves lines out."""
    lines = [line.rstrip() for line in printed.splitlines()]
    place, free = 0, False
    for line in (line.rstrip() for line in shown.strip("\n").splitlines()):
        if line == "…":
            free = True
            continue
        rest = lines[place:]
        assert line in rest if free else rest[:1] == [line], f"{where}: « {line} » is not printed there:\n{printed}"
        place += rest.index(line) + 1
        free = False


class Page:
    """Runs the blocks of one page in order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: dict[str, Any] = {"__name__": "page"}
        self.printed = ""
        self.made: list[str] = []

    def run(self, block: Block) -> None:
        where = f"{self.path.name}:{block.line}"
        if name := block.options.get("fichier"):
            assert Path(name).name == name, where
            Path(name).write_text(block.text, "utf-8")
        match block.language:
            case "python":
                self.python(block, where)
            case "sh":
                self.shell(block, where)
            case "text":
                self.text(block, where)
            case "json" | "yaml":
                data = json.loads(block.text) if block.language == "json" else yaml.safe_load(block.text)
                if "profil" in block.options:
                    Household.model_validate(data)
            case "csv":
                assert "fichier" in block.options, f"{where}: a csv block names its file"
            case _:
                pass
        if block.language != "sh":
            self.printed, self.made = "", []

    def python(self, block: Block, where: str) -> None:
        if ">>>" in block.text:
            examples = doctest.DocTestParser().get_doctest(block.text, self.names, where, where, block.line)
            report = io.StringIO()
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
            runner.run(examples, out=report.write, clear_globs=False)
            self.names.update(examples.globs)
            assert not report.getvalue(), report.getvalue()
            return
        exec(compile(block.text, where, "exec"), self.names)

    def shell(self, block: Block, where: str) -> None:
        self.printed, self.made = "", []
        expected = int(block.options.get("code", "0"))
        for line in block.text.replace("\\\n", " ").splitlines():
            command = line.split("  #")[0].strip()
            if command.startswith("make "):
                target = command.split()[1]
                assert target in make_targets(), f"{where}: no target {target}"
                self.made.append(target)
                continue
            assert command.startswith("znr "), f"{where}: « {command} » is not run by the tests"
            code, out, err = run_znr(command)
            assert code == expected, f"{where}: {command} ended with {code}\n{out}\n{err}"
            self.printed += out + err

    def text(self, block: Block, where: str) -> None:
        if not block.follows or not (self.printed or self.made):
            assert not re.search(r"^(\$|znr|make) ", block.text, re.MULTILINE), f"{where}: a command in a text block"
            return
        if self.printed:
            assert_prints(block.text, self.printed, where)
            return
        messages = makefile_messages()
        for part in re.split(r"^(?===> )", block.text, flags=re.MULTILINE):
            title, _, shown = part.partition("\n")
            command = title.removeprefix("==> ")
            if not part.startswith("==> "):
                continue
            assert f'$(SAY) "{command}"' in messages or f"{command}" in messages, (
                f"{where}: make does not say « {command} »"
            )
            if command.startswith("znr "):
                code, out, err = run_znr(command)
                assert code in (0, 3), f"{where}: {command}\n{err}"
                assert_prints(shown, out + err, where)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A folder with the rules and the scenarios, where a page may write."""
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name, target_is_directory=True)
    here = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(here)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_block_of_a_page_runs(path: Path, checkout: Path) -> None:
    page = Page(path)
    for block in blocks_of(path):
        assert block.language in KINDS, f"{path.name}:{block.line}: kind of block « {block.language} »"
        page.run(block)


@pytest.mark.parametrize("path", [*PAGES, ROOT / "docs" / "language.md"], ids=lambda path: path.stem)
def test_links_lead_somewhere(path: Path) -> None:
    broken: list[str] = []
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        file, _, _ = target.partition("#")
        if file and not re.match(r"https?:", file) and not (path.parent / file).exists():
            broken.append(target)
    assert broken == []
