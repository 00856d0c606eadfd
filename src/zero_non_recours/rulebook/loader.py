"""Loads rule packs into a checked `Rulebook`: read the files, declare the names, build what they describe."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from zero_non_recours.rulebook.build import Builder
from zero_non_recours.rulebook.cycles import check_cycles, check_prior_cycles
from zero_non_recours.rulebook.declare import declare
from zero_non_recours.rulebook.diagnostics import Report
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.pause import collection_paused
from zero_non_recours.rulebook.priors import PriorBuilder
from zero_non_recours.rulebook.rights import RightBuilder
from zero_non_recours.rulebook.sources import Sources
from zero_non_recours.rulebook.suppositions import check_suppositions


def shipped_rules() -> Path:
    """The folder of the shipped rules, from a checkout or from an installed package."""
    return shipped_data("rules")


def shipped_data(name: str) -> Path:
    """A folder that ships with the package (`rules`, `scenarios`), installed or in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_data" / name
    return installed if installed.is_dir() else package.parent.parent / name


def is_local_pack(folder: Path) -> bool:
    """Whether a folder is one pack, to read on top of the shipped rules, rather than a whole tree of rules."""
    return folder.is_dir() and not (folder / "entites.yaml").exists() and any(folder.glob("*.y*ml"))


@lru_cache(maxsize=1)
def default_rulebook() -> Rulebook:
    """The shipped rulebook, loaded once."""
    return load_rulebook()


@collection_paused()
def load_rulebook(
    rules: str | os.PathLike[str] | None = None, *, packs: Iterable[str | os.PathLike[str]] = ()
) -> Rulebook:
    """Load a rules folder (default: the shipped one) and local packs on top of it.

    `rules` may also be the folder of one local pack (it has no `entites.yaml`): it is read on top of the shipped rules.

    A pack is untrusted data: loading runs nothing, reads only regular files of the given folders, and ends within
    fixed limits of size and depth. A local pack's names live in a namespace, the name of its folder:
    `montreuil.aide_transport`.

    Raises:
        RulebookError: with every problem of every file, each with its place, cause and remedy.
    """
    report = Report()
    sources = Sources(report)
    root = Path(rules) if rules is not None else shipped_rules()
    if is_local_pack(root):
        root, packs = shipped_rules(), (root, *packs)
    sources.read_tree(root)
    for pack in packs:
        sources.read_local(Path(pack))
    declared = declare(sources, report)
    builder = Builder(declared, sources, report)
    entities, windows, variables = builder.entities(), builder.windows(), builder.variables()
    rights = RightBuilder(declared, variables, report).build(sources.of_kind("droit"))
    priors = PriorBuilder(builder.formulas, variables).build(sources.of_kind("a_priori"))
    if not report.items:
        check_cycles(variables, windows, entities, report)
        check_suppositions(variables, windows, entities, report)
        check_prior_cycles(priors, variables, windows, entities, report)
    report.raise_if_any()
    assert declared.coverage is not None
    return Rulebook(
        declared.version,
        sources.digest,
        entities,
        declared.parameters,
        windows,
        variables,
        rights,
        declared.coverage,
        tuple(sources.roots),
        {name: table for name, table in sources.tables.items() if table is not None},
        priors,
    )
