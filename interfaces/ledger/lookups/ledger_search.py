"""Searches in a pinned ledger, for the forms of people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from application.ports.ledger import FoundPayout
from domain.ledger.ledger import PinnedLedger
from domain.money import THREE_DECIMAL, ZERO_DECIMAL
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.delta.pinned_files import DataFile
from interfaces.ledger.lookups.parquet_rows import portions, rows_of, select_rows

_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,3})?", re.ASCII)

_PAYOUTS = """
    select id, amount, currency, cast(floor(epoch(created)) as bigint), status, coalesce(automatic, false)
    from read_parquet($files, hive_partitioning = false)
    where account = $account
        and (
            $text = ''
            or contains(lower(id), $text)
            or starts_with(strftime(created, '%Y-%m-%d'), $text)
            or lower(status) = $text
            or currency = $text
            or amount = case
                when list_contains($zero_decimal, currency) then $minor_of_none
                when list_contains($three_decimal, currency) then $minor_of_three
                else $minor_of_two
            end
        )
    order by created desc, id
    limit $most
"""

_CURRENCIES = """
    select distinct currency
    from read_parquet($files, hive_partitioning = false)
    where list_contains($accounts, account) and currency is not null
    order by currency
"""


class ParquetSearch:
    """Implements `LedgerSearch` over the Parquet files of a ledger."""

    def __init__(self, ledger: DeltaLedger) -> None:
        self._ledger = ledger

    def currencies(self, ledger: PinnedLedger, table: str, accounts: Sequence[str]) -> Sequence[str]:
        if self._ledger.is_in_bucket:  # the whole table would be fetched
            return ()
        found = select_rows(self._ledger, ledger, table, _CURRENCIES, {"accounts": list(accounts)})
        return tuple(currency for (currency,) in found)

    def payouts(self, ledger: PinnedLedger, account: str, text: str, most: int) -> Sequence[FoundPayout]:
        values = {
            "account": account,
            "text": text,
            "most": most,
            "zero_decimal": sorted(ZERO_DECIMAL),
            "three_decimal": sorted(THREE_DECIMAL),
            "minor_of_none": _minor_units(text, 0),
            "minor_of_two": _minor_units(text, 2),
            "minor_of_three": _minor_units(text, 3),
        }
        found = list[FoundPayout]()
        for files in portions(self._ledger, self._ledger.data_files(ledger, "payouts")):
            if len(found) == most and all(_is_older(file, found[-1].created) for file in files):
                break
            rows = rows_of(self._ledger.fetched(files), "payouts", _PAYOUTS, values)
            found += (FoundPayout(*row) for row in rows)
            found = sorted(found, key=lambda payout: (-payout.created, payout.id))[:most]
        return found


def _is_older(file: DataFile, created: int) -> bool:
    """Whether all rows of a file were created before, by its table's log."""
    return file.last is not None and file.last < created


def _minor_units(text: str, exponent: int) -> int | None:
    """`12.50` -> 1250 of a currency with two decimals; None for what is no amount of one."""
    if not _AMOUNT.fullmatch(text):
        return None
    minor = Decimal(text).scaleb(exponent)
    return int(minor) if minor == minor.to_integral_value() else None
