"""The graph of what a name needs, as text, Graphviz or Mermaid."""

from __future__ import annotations

from zero_non_recours.rulebook.catalogue import check_name, kind_of, label_of
from zero_non_recours.rulebook.dependencies import children
from zero_non_recours.rulebook.model import Rulebook

MAX_GRAPH_LINES = 20_000


def graph_text(rulebook: Rulebook, name: str, depth: int | None = None) -> str:
    """What a name needs, as an indented tree; what stands twice is shown once.

    Raises:
        UnknownNameError: nothing has this name.
    """
    check_name(rulebook, name)
    lines: list[str] = []
    shown: set[str] = set()
    stack: list[tuple[str, int]] = [(name, 0)]
    while stack and len(lines) < MAX_GRAPH_LINES:
        current, level = stack.pop()
        below = children(rulebook, current)
        again = current in shown and bool(below)
        label = label_of(rulebook, current)
        line = f"{'  ' * level}{current} ({kind_of(rulebook, current)})" + (f" — {label}" if label else "")
        lines.append(line + (" (déjà montré)" if again else ""))
        if again:
            continue
        if depth is not None and level >= depth:
            if below:
                lines[-1] += f" (… {len(below)} en dessous)"
            continue
        shown.add(current)
        stack.extend((child, level + 1) for child in reversed(below))
    return "\n".join(lines) + "\n"


def graph_edges(rulebook: Rulebook, name: str, depth: int | None = None) -> tuple[list[str], list[tuple[str, str]]]:
    """The names behind a name, nearest first, and the pairs (who needs, what is needed).

    Raises:
        UnknownNameError: nothing has this name.
    """
    check_name(rulebook, name)
    levels = {name: 0}
    edges: list[tuple[str, str]] = []
    queue = [name]
    for current in queue:
        if depth is not None and levels[current] >= depth:
            continue
        for child in children(rulebook, current):
            edges.append((current, child))
            if child not in levels:
                levels[child] = levels[current] + 1
                queue.append(child)
    return queue, edges


def graph_dot(rulebook: Rulebook, name: str, depth: int | None = None) -> str:
    """The graph in Graphviz's language."""
    names, edges = graph_edges(rulebook, name, depth)
    shapes = {"donnée": "ellipse", "paramètre": "note", "condition": "diamond"}
    lines = ["digraph regles {", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    for node in names:
        shape = shapes.get(kind_of(rulebook, node), "box")
        lines.append(f'  "{_plain(node)}" [label="{_caption(rulebook, node)}", shape={shape}];')
    lines += [f'  "{_plain(a)}" -> "{_plain(b)}";' for a, b in edges]
    return "\n".join([*lines, "}"]) + "\n"


def graph_mermaid(rulebook: Rulebook, name: str, depth: int | None = None) -> str:
    """The graph in Mermaid's language."""
    names, edges = graph_edges(rulebook, name, depth)
    identity = {node: f"n{rank}" for rank, node in enumerate(names)}
    brackets = {"donnée": ("([", "])"), "paramètre": ("[/", "/]"), "condition": ("{{", "}}")}
    lines = ["flowchart LR"]
    for node in names:
        left, right = brackets.get(kind_of(rulebook, node), ("[", "]"))
        lines.append(f'  {identity[node]}{left}"{_caption(rulebook, node)}"{right}')
    lines += [f"  {identity[a]} --> {identity[b]}" for a, b in edges]
    return "\n".join(lines) + "\n"


def _caption(rulebook: Rulebook, name: str) -> str:
    return _plain(label_of(rulebook, name) or name)


def _plain(text: str) -> str:
    """A label without what graph languages read as their own."""
    return " ".join(text.translate(str.maketrans({'"': "'", "\\": "/", "<": "‹", ">": "›", "#": "n°"})).split())
