"""Data folders with a small ledger and a key: on SQLite copies of one, since loading takes longer than a copy."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from application.ledger.loading import LoadFiles
from application.ports.ledger import LedgerSource
from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from interfaces.composition.commands import administration, loading
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.small_ledger import JANUARY_END, write_small_ledger
from tests.support.template_folders import template_folder

Furniture = tuple[str, str]
"""The platform's account, and a secret key of its test mode."""


def furnish(data: Path, database_url: str = "") -> Furniture:
    """Put January 2025 and a key into a new data folder, and into a migrated PostgreSQL database where one is given."""
    if database_url:
        return _made(data, database_url)
    template, furniture = _made_once()
    shutil.copytree(template, data)
    return furniture


@cache
def _made_once() -> tuple[Path, Furniture]:
    """The folder that all copies of this process are of."""
    data = template_folder("furnished") / "data"
    return data, _made(data)


def _made(data: Path, database_url: str = "") -> Furniture:
    data.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as files, Installation(Settings(data=data, database_url=database_url)) as opened:
        admin = administration(opened)
        sources = [LedgerSource(table, path) for table, path in write_small_ledger(Path(files)).items()]
        loading(opened).load(LoadFiles(sources, livemode=False, complete_through=JANUARY_END))
        account = admin.platform()
        _, key = admin.create_key(Scope(account, livemode=False), KeyKind.SECRET, (), None)
    return account, key
