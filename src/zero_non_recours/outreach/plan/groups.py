"""Reads the groups of an audit from a file of their own: a key of household, then one column per family of groups."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from zero_non_recours.outreach.plan.errors import PlanningError

KEY = "menage_id"
_REMEDY = f"Donner un CSV avec une colonne « {KEY} », puis une colonne par famille de groupes, une ligne par ménage."
_SEPARATORS = ";,\t"


def read_groups(path: str | Path) -> dict[str, dict[str, str]]:
    """The groups of a CSV file (separator `;`, `,` or tab; UTF-8 or Windows): `{key: {family: label}}`.

    Raises:
        PlanningError: the file does not read, lacks a column, or names a household twice; no value is repeated.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PlanningError("groupes", f"{path.name} : ce fichier ne s'ouvre pas.", _REMEDY) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count))
    try:
        table = [[cell.strip() for cell in row] for row in rows if any(map(str.strip, row))]
    except csv.Error as error:
        raise PlanningError("groupes", f"{path.name} : ce fichier n'est pas un CSV.", _REMEDY) from error
    header = table[0] if table else []
    families = [name for name in header if name and name != KEY]
    if header.count(KEY) != 1 or not families or len(set(families)) < len(families):
        raise PlanningError("groupes", f"{path.name} : les colonnes ne conviennent pas.", _REMEDY)
    place = header.index(KEY)
    found: dict[str, dict[str, str]] = {}
    for number, row in enumerate(table[1:], 2):
        key = row[place] if len(row) == len(header) else ""
        if not key or key in found:
            cause = "un ménage y est déjà nommé" if key else "cette ligne n'a pas ses cases, ou pas de ménage"
            raise PlanningError("groupes", f"{path.name}, ligne {number} : {cause}.", _REMEDY)
        found[key] = {name: cell for name, cell in zip(header, row, strict=True) if name and name != KEY}
    return found
