"""Rows and commands for attacks by the files that are loaded."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.site import Site
from tests.support.small_ledger import DAY, JANUARY_START

COLUMNS = "id,amount,fee,net,currency,created,available_on,type,reporting_category,source,status"


def rows_of(prefix: str, count: int) -> str:
    """A CSV file of balance transactions in January 2025."""
    rest = f"100,3,97,usd,{JANUARY_START},{JANUARY_START + DAY},charge,charge,ch_1,available"
    return "\n".join([COLUMNS, *(f"{prefix}_{number},{rest}" for number in range(count)), ""])


def load_of(site: Site, file: Path) -> subprocess.CompletedProcess[str]:
    """Give a file to `reportrun load`."""
    return site.command("load", "balance_transactions", str(file))
