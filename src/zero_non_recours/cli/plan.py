"""`znr plan`: whom to contact first in a file of households, with what, for a declared purpose."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zero_non_recours.cli.files import InputError, read_households
from zero_non_recours.cli.options import (
    PART_IN_QUARANTINE,
    FiguresOption,
    MonthOption,
    PackOption,
    book,
    outreach_figures,
)
from zero_non_recours.cli.progress import reading_progress
from zero_non_recours.cli.rules import clean

if TYPE_CHECKING:
    from zero_non_recours.outreach.parameters import OutreachParameters
    from zero_non_recours.outreach.plan import Candidate, Plan
    from zero_non_recours.rulebook.model import Rulebook

_PROFILES = (".json", ".yaml", ".yml")
_ORDERS = {"valeur": "value", "attente": "waiting"}


def plan(
    source: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="Ménages : CSV (une ligne par personne), JSON, YAML, JSON Lines.")
    ],
    capacity: Annotated[
        str, typer.Option("--capacity", metavar="CAPACITÉ", help="Par exemple 40rdv, 1200min, 20h ou 40rdv+20h.")
    ],
    purpose: Annotated[
        str,
        typer.Option(
            "--purpose",
            metavar="FINALITÉ",
            help="informer_des_droits, preparer_un_rendez_vous ou evaluer_l_action.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DOSSIER", help="Dossier du plan et de l'audit.")],
    month: MonthOption = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="M.yaml", help="Autres noms de colonnes et mots du fichier.")
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option("--groups", metavar="GROUPES.csv", help="Groupes des ménages, pour l'audit et rien d'autre."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Un autre tirage au sort.")] = 0,
    random_share: Annotated[
        float | None,
        typer.Option("--random-share", metavar="PART", min=0, max=1, help="Part tirée au sort ; 0,1 par défaut."),
    ] = None,
    order: Annotated[
        str, typer.Option("--order", metavar="ORDRE", help="valeur, ou attente : d'abord qui ne peut pas attendre.")
    ] = "valeur",
    equity: Annotated[
        float,
        typer.Option("--equity", metavar="N", min=0, help="Poids des ressources dans l'ordre ; 0 : aucun."),
    ] = 0.0,
    floor: Annotated[
        str | None,
        typer.Option("--floor", metavar="FAMILLE", help="Famille de groupes à ne pas atteindre moins que les autres."),
    ] = None,
    calls: Annotated[
        float,
        typer.Option("--calls", metavar="PART", min=0, max=1, help="Part de la capacité pour téléphoner d'abord."),
    ] = 0.0,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Processus ; par défaut, un par cœur.")
    ] = None,
    figures: FiguresOption = None,
    pack: PackOption = None,
) -> None:
    """Proposer qui contacter d'abord, et comment, dans un fichier de ménages.

    L'ordre ne prive personne d'information, une part est tirée au sort, et rien n'est envoyé. Code de sortie 3 quand
    une partie du fichier ne se lit pas.
    """
    from zero_non_recours.outreach.plan import PlanningError, write_plan
    from zero_non_recours.outreach.plan.capacity import Capacity
    from zero_non_recours.outreach.plan.groups import read_groups
    from zero_non_recours.outreach.plan.outreach import plan_of
    from zero_non_recours.outreach.plan.purpose import parse_purpose

    if order not in _ORDERS:
        raise typer.BadParameter("valeur ou attente.", param_hint="--order")
    rulebook = book(pack)
    try:
        asked, room = parse_purpose(purpose), Capacity.parse(capacity)
        labels = read_groups(groups) if groups else None
        used = outreach_figures(figures)
        candidates, unread = _candidates(source, str(month), mapping, rulebook, workers, used, answers=calls > 0)
        made = plan_of(
            candidates,
            room,
            asked,
            month=str(month),
            rulebook=rulebook,
            figures=used,
            groups=labels,
            seed=seed,
            random_share=random_share,
            order=_ORDERS[order],
            equity=equity,
            floor=floor,
            calls=calls,
        )
        write_plan(made, out)
    except PlanningError as error:
        raise InputError(str(error)) from None
    typer.echo(clean("\n".join([*plan_lines(made), "", *_files(out)])))
    if unread:
        typer.echo(f"{unread} ligne(s) illisibles écartées ; pour les voir : znr caseload.", err=True)
        raise typer.Exit(PART_IN_QUARANTINE)


def _candidates(
    source: Path,
    month: str,
    mapping: Path | None,
    rulebook: Rulebook,
    workers: int | None,
    figures: OutreachParameters,
    *,
    answers: bool,
) -> tuple[list[Candidate], int]:
    """The candidates of a file, and how many of its rows do not read."""
    from zero_non_recours.outreach.candidates import DRAWS, candidates_of
    from zero_non_recours.outreach.study import studies_of

    if source.suffix.lower() in _PROFILES and mapping is None:
        studies = studies_of(rulebook, month, None, figures)
        return list(candidates_of(studies, read_households(source, rulebook), answers=answers)), 0
    from zero_non_recours.caseload.run import work_on_caseload
    from zero_non_recours.cli.segment_candidates import SegmentCandidates

    found: list[Candidate] = []
    unread = 0
    with reading_progress(source.name) as progress:
        for outcome in work_on_caseload(
            source,
            SegmentCandidates,
            month=month,
            mapping=mapping,
            rulebook=rulebook,
            draws=DRAWS,
            workers=workers,
            progress=progress,
            options={"answers": answers, "figures": figures},
        ):
            found += outcome.results
            unread += len(outcome.refused)
    return found, unread


def plan_lines(plan: Plan) -> Iterable[str]:
    """A plan as its first page reads, in French; the households themselves are in the files."""
    from zero_non_recours.outreach.plan.audit import ALERT

    header, counts, totals = plan.header, plan.counts, plan.totals
    month = f", mois du droit {header.month}" if header.month else ""
    yield f"Plan pour : {header.purpose.text} (capacité : {header.capacity.text}{month})"
    yield ""
    for label, number in (
        ("ménages du fichier", counts.candidates),
        ("  rendez-vous proposés dans l'ordre", counts.selected),
        ("  tirés au sort", counts.drawn),
        ("  aidés sans rendez-vous", counts.followed_up),
        ("  à appeler pour une réponse qui manque", counts.called),
        ("  à informer par courrier", counts.letters),
        ("  à informer par message", counts.messages),
        ("  aucun droit à signaler", counts.nothing),
        ("  ne souhaitent pas être contactés", counts.objected),
    ):
        yield f"{label:<42}{_number(number):>9}"
    yield ""
    yield (
        f"Temps de travail : {_number(totals.minutes)} minutes, et {_number(totals.information_minutes)} pour les "
        "courriers et les messages, hors capacité."
    )
    yield (
        f"Ce plan pourrait faire retrouver environ {_number(totals.gain)} €, dont "
        f"{_number(totals.gain_of_information)} € par la seule information."
    )
    if plan.calls:
        yield f"Appels à passer d'abord : {_number(len(plan.calls))}."
    yield plan.overlap.sentence
    alerts = [group for group in plan.audit if group.verdict == ALERT]
    yield ""
    yield f"Audit par groupe : {_number(len(plan.audit))} groupe(s), {_number(len(alerts))} alerte(s)."
    for group in alerts:
        yield f"  {group.family}, {group.group} : {' '.join(group.sentences)}"
    yield ""
    yield from (f"- {note}" for note in plan.notes)


def _files(out: Path) -> Iterable[str]:
    from zero_non_recours.outreach.plan.write import FILES

    return (f"{out / name} : {what}" for name, what in FILES.items())


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u202f")
