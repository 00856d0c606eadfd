"""The house keeps its shape: imports run one way, law stands in rules, code stands in src."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "zero_non_recours"
RULES = ROOT / "rules"

LAYERS = [
    {"profile"},
    {"rulebook"},
    {"engine"},
    {"openfisca", "screening"},
    {"outreach", "caseload", "whatif"},
    {"cli"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@lru_cache(maxsize=256)
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """The modules a file imports, at its top or inside a function, for types or not."""
    package = ("zero_non_recours", *path.relative_to(PACKAGE).parent.parts)
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, node.module) if node.module else base)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def room(module: str) -> str:
    """The folder of the house that a module stands in, `""` for another library or the front door."""
    parts = module.split(".")
    return parts[1] if parts[0] == "zero_non_recours" and len(parts) > 1 and parts[1] in RANK else ""


def test_every_folder_of_the_package_has_its_place():
    folders = {path.parent.relative_to(PACKAGE).parts[0] for path in sources() if path.parent != PACKAGE}
    assert folders <= set(RANK)


def test_imports_run_one_way():
    wrong = []
    for path in sources():
        own = room(f"zero_non_recours.{path.relative_to(PACKAGE).parts[0]}")
        if not own:
            continue
        for module in imports(path):
            other = room(module)
            if other and other != own and RANK[other] >= RANK[own]:
                wrong.append(f"{short(path)} imports {module}")
    assert not wrong


def test_the_front_door_is_not_used_from_inside():
    wrong = [
        short(path)
        for path in sources()
        if path.parent != PACKAGE
        and any(isinstance(n, ast.ImportFrom) and n.module == "zero_non_recours" for n in ast.walk(tree(path)))
        and room(f"zero_non_recours.{path.relative_to(PACKAGE).parts[0]}") != "cli"
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("openfisca_core", {"openfisca"}),
        ("openfisca_france", set()),
        ("typer", {"cli"}),
        ("yaml", {"rulebook", "screening", "openfisca", "whatif", "cli", "caseload"}),
        ("polars", {"caseload", "whatif", "outreach", "cli"}),
        ("pydantic", {"profile", "screening", "caseload", "outreach", "whatif", "cli"}),
    ],
)
def test_a_library_is_known_only_where_it_belongs(library, allowed):
    users = {short(p) for p in sources() if any(m.split(".")[0] == library for m in imports(p))}
    assert not {user for user in users if user.split("/")[2] not in allowed}


def test_the_scalar_reading_needs_no_array_library():
    for name in ("scalar", "graph", "lower", "emit", "semantics"):
        assert not any(m.split(".")[0] == "numpy" for m in imports(PACKAGE / "engine" / f"{name}.py")), name


# -- no law in the code ---------------------------------------------------------------------------------

# Amounts of 2023-2026 and rates that only a rule may know.
AMOUNTS = {
    607.75, 635.71, 646.52, 651.69, 595.25, 622.63, 633.21, 638.28, 11.65, 11.88, 12.02, 12.31, 0.6585, 0.5985,
    445.93, 466.44, 474.37, 1398.69, 1426.3, 1443.11, 195.86, 196.59, 76.29, 152.57, 188.81,
}  # fmt: skip
ARTICLE = re.compile(r"\b[LRD]\.? ?\d{3}(?:-\d+)+|\bdécret n°|\bloi n°|\barticle \d", re.IGNORECASE)
NAMES_OF_RIGHTS = re.compile(r"\b(?:rsa|ppa|aide_logement|cheque_energie)\b")


def literals(path: Path, kind: type) -> list[ast.Constant]:
    """Constants of the code, without docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and type(node.value) is kind and id(node) not in docstrings
    ]


def test_no_amount_stands_in_the_code():
    wrong = [f"{short(p)}:{n.lineno} {n.value}" for p in sources() for n in literals(p, float) if n.value in AMOUNTS]
    assert not wrong


def test_no_article_of_law_stands_in_the_code():
    wrong = [f"{short(p)}:{n.lineno}" for p in sources() for n in literals(p, str) if ARTICLE.search(str(n.value))]
    assert not wrong


def test_the_engine_knows_the_name_of_no_right():
    rooms = [p for p in sources() if p.relative_to(PACKAGE).parts[0] in ("engine", "rulebook")]
    wrong = [
        f"{short(p)}:{n.lineno} {n.value!r}"
        for p in rooms
        for n in literals(p, str)
        if NAMES_OF_RIGHTS.fullmatch(str(n.value))
    ]
    assert not wrong


def test_no_code_stands_in_the_rules():
    suffixes = {path.suffix for path in RULES.rglob("*") if path.is_file()}
    assert suffixes <= {".yaml", ".md", ".csv"}


# -- habits ---------------------------------------------------------------------------------------------


def test_the_code_prints_nothing_and_evaluates_no_text():
    wrong = []
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in ("print", "eval", "input", "breakpoint"):
                    wrong.append(f"{short(path)}:{node.lineno} {node.func.id}")
                if node.func.id in ("exec", "compile") and path.name != "emit.py":
                    wrong.append(f"{short(path)}:{node.lineno} {node.func.id}")
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                wrong.append(f"{short(path)}:{node.lineno} bare except")
            if isinstance(node, ast.Attribute) and ast.unparse(node) in (
                "date.today",
                "datetime.now",
                "yaml.load",
                "yaml.unsafe_load",
            ):
                wrong.append(f"{short(path)}:{node.lineno} {ast.unparse(node)}")
    assert not wrong


def tracked() -> list[Path]:
    """The files of the project: git's own list, or every text file outside a checkout."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True,
        ).stdout  # fmt: skip
        names = [name for name in listed.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [
            short(p) for folder in ("src", "rules", "tests", "docs", "scenarios") for p in (ROOT / folder).rglob("*")
        ]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def hosts() -> re.Pattern[str]:
    """Registries of packages and folders of one machine, put together so that this file does not name them."""
    registries = [
        "pypi" + r"\.org",
        "python" + r"hosted\.org",
        "npm" + r"js\.(?:org|com)",
        r"artifact" + "ory",
        r"nex" + r"us\.",
    ]
    folders = [
        "/wo" + "rk/",
        "/tm" + "p/[a-z]",
        "/ho" + "me/[a-z]",
        "/ro" + "ot/",
        "/Us" + "ers/",
        "--index" + "-url",
    ]
    return re.compile("|".join(registries + folders))


def test_no_file_names_a_registry_or_a_folder_of_one_machine():
    pattern = hosts()
    wrong = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                wrong.append(f"{short(path)}:{number}")
    assert not wrong


def test_no_test_is_set_aside_and_no_work_is_left_in_a_comment():
    pattern = re.compile(
        r"\b(?:TO" + "DO|FIX" + "ME|X" + r"XX)\b|@pytest\.mark\.(?:sk" + "ip|xf" + r"ail)|pytest\.sk" + r"ip\("
    )
    wrong = [
        f"{short(path)}:{number}"
        for path in tracked()
        if path.suffix in (".py", ".yaml", ".md", ".toml")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not wrong
