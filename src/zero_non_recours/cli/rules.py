"""`znr rules`: check rule packs, show what a name means, draw what depends on what."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zero_non_recours.rulebook.catalogue import UnknownNameError, list_names, written_variables
from zero_non_recours.rulebook.describe import describe
from zero_non_recours.rulebook.diagnostics import RulebookError
from zero_non_recours.rulebook.graphs import graph_dot, graph_mermaid, graph_text
from zero_non_recours.rulebook.loader import load_rulebook, shipped_rules
from zero_non_recours.rulebook.model import Rulebook

app = typer.Typer(no_args_is_help=True, help="Vérifier, montrer et dessiner les règles.")


class GraphFormat(StrEnum):
    """The languages a graph can be written in."""

    texte = "texte"
    mermaid = "mermaid"
    dot = "dot"


RulesOption = Annotated[
    Path | None,
    typer.Option("--rules", help="Dossier de règles entier, ou dossier local ajouté aux règles nationales."),
]
NameArgument = Annotated[str, typer.Argument(metavar="NOM", help="Règle, donnée, paramètre, période ou droit.")]


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DOSSIER]…", help="Règles entières ou dossiers locaux ; par défaut, celles livrées."),
    ] = None,
) -> None:
    """Relire des règles : écriture, noms, types, unités, références, exemples.

    Un dossier qui contient « entites.yaml » est un ensemble complet ; un autre est un dossier local, lu avec les règles
    nationales. Code de sortie 1 au moindre problème.
    """
    problems = sum([_check(path) for path in paths or [shipped_rules()]])
    if problems:
        raise typer.Exit(1)


@app.command()
def show(
    name: Annotated[str | None, typer.Argument(metavar="[NOM]", help="Sans nom : la liste de tous les noms.")] = None,
    rules: RulesOption = None,
) -> None:
    """Montrer une règle, une donnée, un paramètre ou un droit : formule, articles, valeurs datées, emplois."""
    rulebook = _load(rules)
    _print(list_names(rulebook) if name is None else _named(rulebook, name))


@app.command()
def graph(
    name: NameArgument,
    format: Annotated[GraphFormat, typer.Option(help="Texte indenté, Mermaid ou Graphviz.")] = GraphFormat.texte,
    depth: Annotated[int | None, typer.Option("--depth", min=0, help="Nombre de niveaux montrés.")] = None,
    rules: RulesOption = None,
) -> None:
    """Dessiner de quoi un résultat dépend, jusqu'aux données et aux paramètres."""
    draw = {GraphFormat.texte: graph_text, GraphFormat.mermaid: graph_mermaid, GraphFormat.dot: graph_dot}[format]
    rulebook = _load(rules)
    try:
        _print(draw(rulebook, name, depth))
    except UnknownNameError as error:
        _fail(str(error))


def _named(rulebook: Rulebook, name: str) -> str:
    try:
        return describe(rulebook, name)
    except UnknownNameError as error:
        _fail(str(error))
        raise


def is_whole(path: Path) -> bool:
    """Whether a folder is a whole set of rules rather than one local pack."""
    return (path / "entites.yaml").exists()


def _read(path: Path) -> Rulebook:
    return load_rulebook(path) if is_whole(path) else load_rulebook(packs=[path.resolve()])


def _load(path: Path | None) -> Rulebook:
    try:
        return _read(path or shipped_rules())
    except RulebookError as error:
        _say(str(error))
        raise typer.Exit(1) from error


def _check(path: Path) -> int:
    """Check one folder, print its problems and one line that counts; the number of problems."""
    from zero_non_recours.screening.examples import ExampleResult, read_examples, run_example
    from zero_non_recours.screening.lookups import table_problems

    title = path.resolve().name
    if path.is_dir() and not is_whole(path) and not any(p.suffix in (".yaml", ".yml") for p in path.iterdir()):
        _say(f"{title}: ce dossier ne contient aucun fichier de règles (.yaml).")
        return 1
    try:
        rulebook = _read(path)
    except RulebookError as error:
        _say(str(error))
        _print(f"{title} : {_count(len(error.diagnostics), 'problème')}\n")
        return len(error.diagnostics)
    local = "" if is_whole(path) else title
    prefix = f"{local}." if local else ""
    variables = [v for v in written_variables(rulebook).values() if v.name.startswith(prefix)]
    parameters = [p for p in rulebook.parameters if p.startswith(prefix)]
    examples = [e for e in read_examples(rulebook) if not local or e.pack == local]
    results = [e if isinstance(e, ExampleResult) else run_example(rulebook, e) for e in examples]
    failed = [r for r in results if not r.ok]
    wrong = table_problems(rulebook)
    for problem in wrong:
        _say(problem)
    for result in failed:
        _say(f"{result.path}: [exemple] {result.name} : {result.message}")
    rules = sum(not v.is_input for v in variables)
    rights = sum(name.startswith(prefix) for name in rulebook.rights)
    _print(
        f"{title} : {_count(rights, 'droit')}, {_count(rules, 'règle')}, {_count(len(variables) - rules, 'donnée')}, "
        f"{_count(len(parameters), 'paramètre')}, {_count(len(results), 'exemple')}, "
        f"{_count(len(failed) + len(wrong), 'problème')}\n"
    )
    return len(failed) + len(wrong)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"


def clean(text: str) -> str:
    """Text for a terminal: a rule file or an identifier is untrusted, its control characters are shown, not obeyed."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf") else "�" for c in text)


def _print(text: str) -> None:
    typer.echo(clean(text), nl=False)


def _say(text: str) -> None:
    typer.echo(clean(text), err=True)


def _fail(text: str) -> None:
    _say(text)
    raise typer.Exit(1)
