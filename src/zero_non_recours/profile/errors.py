"""How a refused answer is spoken of: in French, and never repeating it."""

from __future__ import annotations

from pydantic_core import PydanticCustomError


def kind_of(value: object) -> str:
    """The kind of a value, in French, to speak of it without repeating it."""
    if value is None:
        return "rien"
    if isinstance(value, bool):
        return "vrai/faux"
    if isinstance(value, int | float):
        return "nombre"
    if isinstance(value, str):
        return "texte vide" if not value.strip() else "texte"
    if isinstance(value, dict):
        return "dictionnaire"
    if isinstance(value, list | tuple):
        return "liste"
    return "autre"


def fail(code: str, message: str) -> PydanticCustomError:
    """An error whose message is French and says how to mend."""
    return PydanticCustomError(code, message)  # type: ignore[arg-type]
