"""`doctor`: what is set up, what is wrong, and how to mend it."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from application.ports.results import ResultStore
from application.views.files import FileRow
from domain.errors import NotFound, StoreUnavailable
from domain.instants import utc_text
from domain.ledger.ledger import Ledger
from interfaces.cli.output import result
from interfaces.settings import SettingRefused, Settings

if TYPE_CHECKING:
    from interfaces.composition.wiring import Stores

LOW_DISK_BYTES = 500 * 1024 * 1024

FILES_AT_ONCE = 50
"""How many result files are looked for at the same time: in a bucket each takes a while."""

Finding = tuple[str, str]
"""`good`, `look` or `wrong`, and a sentence."""


def add_doctor(command: argparse.ArgumentParser) -> None:
    """`doctor` has no flags of its own."""


def doctor(settings: Settings, options: argparse.Namespace) -> int:
    """Look at the installation, and say what is set up, what is wrong and how to mend it.

    Example: reportrun doctor --data ./reportrun-data
    """
    findings = list(_examine(settings))
    for state, sentence in findings:
        result(f"{state:<6}{sentence}")
    return 1 if any(state == "wrong" for state, _ in findings) else 0


def _examine(settings: Settings) -> Iterator[Finding]:
    folder = settings.data.absolute()
    if not folder.is_dir():
        yield "wrong", f"There is no data folder {folder}. `reportrun demo` or `reportrun serve` makes one."
        return
    yield from _folder(settings)
    if not os.access(folder, os.W_OK):
        return
    from interfaces.composition.wiring import opened

    checks: tuple[Callable[[Settings, Stores], Iterator[Finding]], ...] = (
        _log, _views, _ledgers, _reports, _files, _keys,
    )  # fmt: skip
    try:
        with opened(settings) as stores:
            for check in checks:
                yield from check(settings, stores)
    except (StoreUnavailable, OSError) as trouble:
        yield "wrong", f"The store cannot be used: {trouble} Mend that, or restore it from a backup."


def _folder(settings: Settings) -> Iterator[Finding]:
    from interfaces.composition.wiring import FULL_DISK_BYTES

    folder = settings.data.absolute()
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as trouble:
        yield "wrong", f"The data folder {folder} cannot be written: {trouble.strerror}. Give this user the right to."
        return
    free = shutil.disk_usage(folder).free
    sentence = f"The data folder is {folder}, with {free / 1024**3:.1f} GiB free."
    if free < FULL_DISK_BYTES:
        yield "wrong", f"The disk of the data folder {folder} is full, so nothing can be stored. Make room."
    elif free < LOW_DISK_BYTES:
        yield "look", sentence + " That is little: make room."
    else:
        yield "good", sentence


def _log(settings: Settings, stores: Stores) -> Iterator[Finding]:
    damage = stores.store.recorder.integrity_fault()
    if damage:
        yield "wrong", f"The event log is damaged: {damage}. Stop the server and restore it from a backup."
        raise StoreUnavailable("What stands in the log cannot be trusted.")
    else:
        yield "good", f"The event log is whole, up to position {stores.events.last_position():,}."


def _views(settings: Settings, stores: Stores) -> Iterator[Finding]:
    position = stores.projector.catch_up()
    behind = stores.events.last_position() - position
    if behind < 0:
        yield "wrong", "The views hold events that the log does not have. `reportrun rebuild` makes them again."
    elif behind > 0:
        yield "look", f"The views are {behind:,} events behind the log. `reportrun rebuild` makes them again."
    else:
        yield "good", "The views hold every event."


def _ledgers(settings: Settings, stores: Stores) -> Iterator[Finding]:
    from interfaces.composition.wiring import ledger

    for mode, livemode in (("test", False), ("live", True)):
        found = stores.events.find(Ledger, Ledger.id_of(livemode))
        if found is None or found.window is None:
            yield "look", f"The {mode} ledger is empty. `reportrun load` fills it; `reportrun demo` loads an example."
            continue
        missing = [
            file
            for table in found.tables
            for file in ledger(settings).files(found.pinned(), table)
            if not file.startswith(("s3://", "http")) and not os.path.exists(file)  # noqa: PTH110
        ]
        if missing:
            yield "wrong", f"The {mode} ledger lacks {len(missing)} files, such as {missing[0]}. Restore them."
            continue
        window = found.window
        yield (
            "good",
            f"The {mode} ledger is at version {found.version} with {len(found.tables)} tables, "
            f"from {utc_text(window.start)} through {utc_text(window.end)}.",
        )


def _reports(settings: Settings, stores: Stores) -> Iterator[Finding]:
    from interfaces.composition.wiring import custom_reports, known_report_types

    try:
        known_report_types(settings)
    except SettingRefused as refused:
        yield "wrong", f"{refused} Mend the setting: until then no server and no worker starts."
    own = custom_reports(settings.reports)
    for fault in own.faults:
        yield "wrong", f"{fault} The others are offered. Mend it, and start again what is running."
    if settings.reports and own.by_id:
        yield "good", f"{settings.reports} has {len(own.by_id)} report types: {', '.join(own.by_id)}."


def _files(settings: Settings, stores: Stores) -> Iterator[Finding]:
    from interfaces.composition.wiring import results

    kept = results(settings)
    try:
        with kept.workspace() as made:
            made.touch()
    except OSError as trouble:
        yield "wrong", f"No result file can be made for {settings.files_place}: {trouble.strerror}. Name another place."
        return
    missing = asyncio.run(_missing_files(stores, kept))
    if missing:
        yield (
            "wrong",
            f"{settings.files_place} lacks {len(missing):,} result files, such as that of {missing[0]}. "
            "Restore them, or ask for these reports again.",
        )
    else:
        yield "good", f"Result files are kept in {settings.files_place}."


async def _missing_files(stores: Stores, kept: ResultStore) -> list[str]:
    """The runs that have succeeded and whose files are gone, or cut short."""

    async def is_whole(file: FileRow) -> bool:
        try:
            return [chunk async for chunk in kept.read(file.id, file.size - 1, 1)] != []
        except NotFound:
            return False

    missing: list[str] = []
    last = ""
    while some := await stores.views.files.by_id(after=last, limit=FILES_AT_ONCE):
        found = await asyncio.gather(*map(is_whole, some))
        missing += [file.run_id for file, whole in zip(some, found, strict=True) if not whole]
        last = some[-1].id
    return missing


def _keys(settings: Settings, stores: Stores) -> Iterator[Finding]:
    good = [key for key in asyncio.run(stores.views.keys.all()) if key.revoked_at is None]
    if good:
        yield "good", f"There are {len(good)} keys."
    else:
        yield "look", "There is no key, so nobody can call. `reportrun keys create` makes one."
