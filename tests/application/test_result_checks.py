"""Checks of result files: a summary looks for a few, a thorough check for each."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from application.health.findings import Level
from application.health.result_checks import FILES_A_QUERY, FILES_AT_ONCE, ResultChecks
from application.views.files import FileRow
from interfaces.testing.memory.results import MemoryResultStore


class Files:
    """A list of so many files, whose ids are in the order of their numbers."""

    def __init__(self, count: int) -> None:
        self.rows = [self._row(number) for number in range(count)]
        self.queries = 0

    @staticmethod
    def _row(number: int) -> FileRow:
        return FileRow(
            number, f"file_{number:05}", f"frr_{number:05}", "acct_1", False, 0, "a.csv", 1, sha256(b"a").hexdigest()
        )

    async def by_id(self, after: str, limit: int) -> Sequence[FileRow]:
        self.queries += 1
        return [row for row in self.rows if row.id > after][:limit]


def checks(files: Files, folder: Path, gone: Sequence[int] = ()) -> ResultChecks:
    results = MemoryResultStore(folder)
    results.kept = {row.id: b"a" for row in files.rows if row.position not in gone}
    return ResultChecks(files=files, results=results, place="/files")  # type: ignore[arg-type]


def test_a_summary_of_many_files_asks_once_and_says_how_many_it_looked_for(tmp_path: Path) -> None:
    files = Files(FILES_AT_ONCE * 3)

    found = checks(files, tmp_path, gone=[FILES_AT_ONCE]).summary()

    assert found == (
        Level.GOOD,
        "Result files are kept in /files. 50 of them are there, and were not read: `--deep` reads each.",
    )
    assert files.queries == 1


@pytest.mark.parametrize("number", [0, FILES_AT_ONCE - 1])
def test_a_summary_names_a_file_that_is_gone_of_those_it_looks_for(tmp_path: Path, number: int) -> None:
    found = checks(Files(FILES_AT_ONCE), tmp_path, gone=[number]).summary()

    assert found.level is Level.WRONG and f"lacks 1 result file, such as that of frr_{number:05}" in found.sentence


def test_a_summary_of_few_files_has_looked_for_all(tmp_path: Path) -> None:
    assert checks(Files(FILES_AT_ONCE), tmp_path).summary().sentence == (
        "Result files are kept in /files. They are there, and were not read: `--deep` reads each."
    )
    assert checks(Files(0), tmp_path).summary().sentence == "Result files are kept in /files."


def test_a_thorough_check_looks_for_every_file_and_says_how_far_it_is(tmp_path: Path) -> None:
    progress: list[int] = []
    files = Files(FILES_A_QUERY + 2)

    (found,) = checks(files, tmp_path, gone=[3, FILES_A_QUERY + 1]).thorough(progress.append)

    assert found.level is Level.WRONG and "lacks 2 result files, such as that of frr_00003" in found.sentence
    assert progress == [*range(FILES_AT_ONCE, FILES_A_QUERY + 1, FILES_AT_ONCE), FILES_A_QUERY + 2]


def test_a_thorough_check_compares_the_digest_of_every_file(tmp_path: Path) -> None:
    looked = checks(Files(8), tmp_path, gone=[7])
    looked.results.kept |= {f"file_{number:05}": b"ab" for number in range(6)}  # type: ignore[attr-defined]

    missing, damaged = looked.thorough(lambda files: None)

    assert missing.sentence == (
        "/files lacks 1 result file, such as that of frr_00007. Copy them from a backup, or make them again: "
        "`reportrun run --as-of-run frr_00007 --out FILE` does so from the data of then."
    )
    assert damaged.level is Level.WRONG and damaged.sentence.startswith(
        "/files has 6 result files that are not what their runs made, such as that of frr_00000, frr_00001, frr_00002, "
        "frr_00003, frr_00004, and 1 more. "
    )


def test_a_thorough_check_says_how_many_files_it_compared(tmp_path: Path) -> None:
    (found,) = checks(Files(3), tmp_path).thorough(lambda files: None)

    assert found == (
        Level.GOOD, "Result files are kept in /files: 3 were read, and each has the digest on record."
    )  # fmt: skip
