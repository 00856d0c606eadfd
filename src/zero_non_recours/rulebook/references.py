"""Reads the references that rules and parameters must carry."""

from __future__ import annotations

from zero_non_recours.rulebook.reader import Mapping, Node, Scalar
from zero_non_recours.rulebook.reader import Sequence as Items


def read_references(node: Node | None) -> tuple[str, ...]:
    """References written as a text, a `{titre, lien}` (or OpenFisca's `{title, href}`), or a list of these."""
    if isinstance(node, Items):
        return tuple(text for item in node.items for text in read_references(item))
    if isinstance(node, Mapping):
        title = node.items.get("titre") or node.items.get("title")
        link = node.items.get("lien") or node.items.get("href")
        parts = [n.text for n in (title, link) if isinstance(n, Scalar) and n.text.strip()]
        return (" — ".join(parts),) if parts else ()
    if isinstance(node, Scalar) and node.text.strip():
        return (" ".join(node.text.split()),)
    return ()
