"""`znr caseload`: screen a file of households, and say how it went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zero_non_recours.cli.options import PART_IN_QUARANTINE, MonthOption, PackOption, RightsOption, book, check_rights
from zero_non_recours.cli.progress import reading_progress

if TYPE_CHECKING:
    from rich.table import Table

    from zero_non_recours.caseload import Summary

MOST_FREQUENT = 5


def caseload(
    source: Annotated[Path, typer.Argument(metavar="FICHIER", help="CSV (une ligne par personne) ou JSON Lines.")],
    out: Annotated[Path, typer.Option("--out", metavar="DOSSIER", help="Dossier des résultats, vide ou nouveau.")],
    month: MonthOption = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="M.yaml", help="Autres noms de colonnes et mots du fichier.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Ne rien refaire si ces résultats sont déjà dans le dossier.")
    ] = False,
    right: RightsOption = None,
    pack: PackOption = None,
    draws: Annotated[
        int,
        typer.Option("--draws", metavar="N", min=0, help="Tirages des réponses inconnues par ménage ; 0 : aucun."),
    ] = 64,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", min=1, help="Processus ; par défaut, un par cœur (un seul si peu de lignes)."
        ),
    ] = None,
) -> None:
    """Estimer les droits de tous les ménages d'un fichier.

    Chaque ligne du fichier va dans les résultats ou dans la quarantaine, avec la raison. Code de sortie 3 quand une
    partie du fichier est en quarantaine.
    """
    from zero_non_recours.caseload import screen_caseload

    rulebook = book(pack)
    with reading_progress(source.name) as progress:
        summary = screen_caseload(
            source,
            out,
            month=str(month),
            mapping=mapping,
            rulebook=rulebook,
            rights=check_rights(rulebook, right),
            draws=draws,
            workers=workers,
            progress=progress,
            resume=resume,
        )
    _show(summary, out)
    if summary.rows_quarantined:
        raise typer.Exit(PART_IN_QUARANTINE)


def _show(summary: Summary, out: Path) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False, soft_wrap=False)
    rulebook = summary.identity["rulebook"]
    if summary.resumed:
        console.print("Déjà fait : ces résultats sont ceux du même fichier, du même mois et des mêmes règles.")
    console.print(f"Mois du droit {summary.identity['month']}, règles {rulebook['version']}")
    for note in summary.notes:
        console.print(note)
    console.print(_households(summary))
    console.print(_rights(summary))
    if any(counts.estimated_eligible is not None for counts in summary.by_right.values()):
        console.print(
            "« dont droit estimé » : une estimation, d'après les réponses habituelles aux questions qui manquent."
        )
    if summary.rows_quarantined:
        console.print(_reasons(summary))
    for name, what in _FILES.items():
        if name != "quarantine.csv" or summary.rows_quarantined:
            console.print(f"{out / name} : {what}", soft_wrap=True)
    console.print("Ces résultats sont des estimations : seul l'organisme qui verse décide.")


_FILES = {
    "results.csv": "les droits de chaque ménage (aussi en Parquet)",
    "quarantine.csv": "les lignes écartées, avec la raison",
    "summary.json": "ce résumé, sans donnée personnelle",
}


def _households(summary: Summary) -> Table:
    table = _table("fichier", "lus", "dans les résultats", "en quarantaine")
    table.add_row(
        "ménages",
        *map(_number, (summary.households_in, summary.households_out, summary.households_quarantined)),
    )
    table.add_row("lignes", *map(_number, (summary.rows_in, summary.rows_out, summary.rows_quarantined)))
    return table


def _rights(summary: Summary) -> Table:
    drawn = summary.identity["draws"] > 0
    headers = ["droit\npossible", "dont non\nperçu", "pas de\ndroit", "à\npréciser"]
    table = _table("ménages", *headers, *(["dont droit\nestimé"] if drawn else []))
    for name, counts in summary.by_right.items():
        shown = (counts.eligible, counts.eligible_not_received, counts.not_eligible, counts.undetermined)
        estimated = "" if counts.estimated_eligible is None else _number(round(counts.estimated_eligible))
        table.add_row(summary.labels[name], *map(_number, shown), *([estimated] if drawn else []))
    return table


def _reasons(summary: Summary) -> Table:
    from rich.text import Text

    table = _table("raison de la quarantaine", "lignes")
    for reason, count in summary.reasons.most_common(MOST_FREQUENT):
        table.add_row(Text(reason), _number(count))
    return table


def _table(*headers: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    for rank, header in enumerate(headers):
        table.add_column(header, justify="right" if rank else "left")
    return table


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
