"""Writes the files of a caseload: results, quarantine and summary, whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from zero_non_recours.caseload.errors import CaseloadError, RefusedRow
from zero_non_recours.caseload.segments import Outcome

RESULTS_CSV = "results.csv"
RESULTS_PARQUET = "results.parquet"
QUARANTINE = "quarantine.csv"
SUMMARY = "summary.json"
FILES = (RESULTS_PARQUET, RESULTS_CSV, QUARANTINE, SUMMARY)
PARTIAL = ".partiel"
ROW_GROUP = 32_768

RESULT_COLUMNS: Mapping[str, str] = {
    "menage_id": "String",
    "month": "String",
    "right": "String",
    "label": "String",
    "unit": "String",
    "status": "String",
    "amount_low": "Float64",
    "amount_expected": "Float64",
    "amount_high": "Float64",
    "amount_unit": "String",
    "received": "Boolean",
    "received_amount": "Float64",
    "missing": "String",
    "assumptions": "Int64",
    "near_miss": "String",
    "outcome": "String",
    "deadline": "String",
    "notes": "String",
    "p_eligible": "Float64",
    "amount_mean": "Float64",
    "amount_p10": "Float64",
    "amount_p50": "Float64",
    "amount_p90": "Float64",
}
"""Columns of the results, with their type in the Parquet file."""
_KEY = 0
_RECEIVED = list(RESULT_COLUMNS).index("received")
QUARANTINE_COLUMNS = ("source", "row", "menage_id", "column", "value_kind", "reason")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe comes first when it starts like one.

    >>> neutral("=1+1"), neutral("h-12")
    ("'=1+1", 'h-12')
    """
    return f"'{text}" if text.startswith(_RISKY) else text


class OutputFolder:
    """The folder of a caseload: files are written aside, then take their names together, the summary last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shown = folder.name or str(folder)
        self.source = ""
        self.buffer: list[list[Any]] = [[] for _ in RESULT_COLUMNS]
        self.parts: list[Path] = []
        self._open: list[IO[str]] = []
        self._results: Any = None
        self._quarantine: Any = None

    def start(self, source: str) -> None:
        """Make the folder ready for the rows of a source.

        Raises:
            CaseloadError: it holds other files, or cannot be written.
        """
        self.source = neutral(source)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            others = sorted(
                p.name for p in self.folder.iterdir() if p.name not in FILES and not p.name.endswith(PARTIAL)
            )
            if others:
                raise CaseloadError(
                    f"{self.shown} : ce dossier contient déjà autre chose (« {others[0][:60]} »). "
                    "Donner un dossier vide ou nouveau."
                )
            for path in self.folder.glob(f"*{PARTIAL}"):
                path.unlink()
            self._results = self._writer(RESULTS_CSV, list(RESULT_COLUMNS))
            self._quarantine = self._writer(QUARANTINE, QUARANTINE_COLUMNS)
        except FileExistsError:
            raise CaseloadError(f"{self.shown} : ce n'est pas un dossier. Donner un autre nom à --out.") from None
        except OSError:
            self.abandon()
            raise CaseloadError(f"{self.shown} : écriture impossible. Vérifier le dossier et la place.") from None

    def _writer(self, name: str, header: Sequence[str]) -> Any:
        file = (self.folder / f"{name}{PARTIAL}").open("w", encoding="utf-8", newline="")
        self._open.append(file)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        return writer

    def write(self, outcome: Outcome) -> None:
        """Add rows to the results and to the quarantine."""
        if outcome.results:
            self._add_results(outcome.results)
        if outcome.refused:
            self._add_refused(outcome.refused)

    def _add_results(self, columns: Sequence[list[Any]]) -> None:
        shown = list(columns)
        shown[_KEY] = [neutral(key) for key in columns[_KEY]]
        shown[_RECEIVED] = [_YES_NO[value] for value in columns[_RECEIVED]]
        self._results.writerows(zip(*shown, strict=True))
        for kept, new in zip(self.buffer, columns, strict=True):
            kept.extend(new)
        while len(self.buffer[0]) >= ROW_GROUP:
            self._part([kept[:ROW_GROUP] for kept in self.buffer])
            self.buffer = [kept[ROW_GROUP:] for kept in self.buffer]

    def _add_refused(self, rows: Iterable[RefusedRow]) -> None:
        self._quarantine.writerows(
            (
                self.source,
                item.row,
                neutral(item.household),
                neutral(" ; ".join(column for column, _, _ in item.problems if column)),
                " ; ".join(kind for _, kind, _ in item.problems if kind),
                " ; ".join(dict.fromkeys(reason for _, _, reason in item.problems)),
            )
            for item in rows
        )

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Complete the files and give them their names."""
        if self.buffer[0] or not self.parts:
            self._part(self.buffer)
        self._assemble()
        self._close()
        text = json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False)
        (self.folder / f"{SUMMARY}{PARTIAL}").write_text(f"{text}\n", encoding="utf-8")
        (self.folder / SUMMARY).unlink(missing_ok=True)
        for name in FILES:
            (self.folder / f"{name}{PARTIAL}").replace(self.folder / name)

    def abandon(self) -> None:
        """Leave nothing half written."""
        with contextlib.suppress(OSError):
            self._close()
            for path in self.folder.glob(f"*{PARTIAL}"):
                path.unlink()

    def _part(self, columns: Sequence[list[Any]]) -> None:
        """A Parquet file of one row group, to be assembled with the others."""
        import polars as pl

        schema = {name: getattr(pl, kind) for name, kind in RESULT_COLUMNS.items()}
        frame = pl.DataFrame(dict(zip(RESULT_COLUMNS, columns, strict=True)), schema=schema)
        path = self.folder / f"groupe-{len(self.parts):05d}.parquet{PARTIAL}"
        frame.write_parquet(path, row_group_size=ROW_GROUP)
        self.parts.append(path)

    def _assemble(self) -> None:
        """One Parquet file from its row groups, read and written one after the other."""
        whole = self.folder / f"{RESULTS_PARQUET}{PARTIAL}"
        if len(self.parts) == 1:
            self.parts[0].replace(whole)
        else:
            import polars as pl

            pl.scan_parquet(self.parts).sink_parquet(whole, row_group_size=ROW_GROUP, maintain_order=True)
            for path in self.parts:
                path.unlink()
        self.parts = []

    def _close(self) -> None:
        for file in self._open:
            file.flush()
            os.fsync(file.fileno())
            file.close()
        self._open = []


_YES_NO = {True: "true", False: "false", None: ""}
