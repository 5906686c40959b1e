"""One installation: its settings, and what is made from them once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from application.ports.engine import ReportEngine
from application.ports.results import ResultStore
from domain.ids import forget_randomness
from domain.report_types import Catalogue, catalogue
from interfaces.composition.stores import Stores, open_copied_stores, open_stores
from interfaces.host.clock import SystemClock
from interfaces.host.data_folder import is_writable
from interfaces.host.extras import how_to_install
from interfaces.host.places import must_be_reachable
from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings

if TYPE_CHECKING:  # each is imported where it is made: most commands need few of them
    from interfaces.engine.custom.query import CustomReport
    from interfaces.engine.custom.reports import CustomReports
    from interfaces.engine.spark.engine import SparkEngine
    from interfaces.engine.spark.opt_in.opt_ins import OptIns
    from interfaces.engine.spark.server_address import ServerAddress
    from interfaces.ledger.delta.delta_ledger import DeltaLedger

os.register_at_fork(after_in_child=forget_randomness)


class Installation:
    """The adapters that the settings choose, each made when it is first used. Close it, or use it as a context.

    has_writer_processes  whether a server writes through processes of their own, which open the store as well
    """

    has_writer_processes = True

    def __init__(self, settings: Settings, *, only_reads: bool = False, makes_log: bool = True) -> None:
        """
        only_reads  whether a copy of the store does, where this user cannot write the store
        makes_log   whether a data folder without a store gets one; not by a process that works for another
        """
        self.settings = settings
        self.clock = SystemClock()
        self._only_reads = only_reads
        self._makes_log = makes_log

    @cached_property
    def reads_a_copy(self) -> bool:
        """Whether the store is a copy, since this user cannot write the data folder: what is stored is lost."""
        settings = self.settings
        return self._only_reads and not settings.database_url and not is_writable(settings.data)

    @cached_property
    def stores(self) -> Stores:
        """Raises `StoreUnavailable`."""
        if self.reads_a_copy:
            return open_copied_stores(self.settings)
        return open_stores(self.settings, makes_log=self._makes_log)

    @cached_property
    def ledger(self) -> DeltaLedger:
        from interfaces.ledger.delta.delta_ledger import DeltaLedger
        from interfaces.ledger.delta.local_copies import LocalCopies

        settings = self.settings
        return DeltaLedger(
            settings.ledger_place,
            copies=LocalCopies(settings.copies_folder, settings.ledger_copies_mib * 1024 * 1024),
            memory_megabytes=settings.engine_memory_mib,
            staging_folder=settings.spill_folder,
            unfolded_mib=settings.load_unfolded_mib,
        )

    @cached_property
    def engine(self) -> ReportEngine:
        if not self.settings.has_engine_server:
            return self._local_engine()
        from interfaces.engine.by_size import EngineBySize

        return EngineBySize(
            small=self._local_engine(),
            large=self.server_engine,
            ledger=self.ledger,
            from_bytes=self.settings.engine_from_mib * 1024 * 1024,
            falls_back=self.settings.engine_fallback,
            custom_reports=self._opted_in,
        )

    @cached_property
    def server_engine(self) -> SparkEngine:
        """The engine on a Spark Connect server. Raises `SettingRefused` where its client is not installed."""
        from importlib.util import find_spec

        if find_spec("pyspark") is None:
            raise SettingRefused(
                f"An address of Spark Connect is set, and its client is missing. {how_to_install('spark')}"
            )
        from interfaces.engine.spark.engine import SparkEngine
        from interfaces.engine.spark.result_parts import PartsPlace

        settings = self.settings
        place = settings.engine_parts_url
        return SparkEngine(
            self.ledger,
            self._server_address(),
            reads_files=settings.engine_reads == "files",
            parts=PartsPlace(place, kept_seconds=2 * settings.attempt_limit_seconds) if place else None,
            parts_from_rows=settings.engine_parts_from_rows,
            total_rows=settings.total_rows,
            opt_ins=self.opt_ins,
        )

    @cached_property
    def opt_ins(self) -> OptIns:
        """The custom report types that name `spark`, each of which is tried on the server before it is used."""
        from interfaces.engine.spark.opt_in.opt_ins import OptIns
        from interfaces.engine.spark.opt_in.trial import trial_on

        return OptIns(self._opted_in, trial_on(self._server_address()))

    def prepare_server(self) -> None:
        """Remove what dead attempts left on the server, and try the custom types that opt in to it.

        The log names those that stay on DuckDB.
        """
        if self.settings.has_engine_server:
            self.server_engine.sweep()
            list(self.opt_ins.refusals())

    @property
    def _opted_in(self) -> Mapping[str, CustomReport]:
        return {id: report for id, report in self.custom_reports.by_id.items() if "spark" in report.engines}

    def _server_address(self) -> ServerAddress:
        from interfaces.engine.spark.server_address import ServerAddress

        settings = self.settings
        return ServerAddress(settings.engine_url, settings.engine_url_file, settings.engine_url_command)

    def _local_engine(self) -> ReportEngine:
        from interfaces.engine.duckdb.engine import DuckDbEngine

        return DuckDbEngine(
            self.ledger,
            memory_limit_mib=self.settings.engine_memory_mib,
            threads=self.settings.engine_threads or os.cpu_count() or 1,
            spill_folder=self.settings.spill_folder,
            total_rows=self.settings.total_rows,
            custom_file_mib=self.settings.custom_file_mib,
            custom_reports=self.custom_reports.by_id,
        )

    @cached_property
    def results(self) -> ResultStore:
        place = self.settings.files_place
        if "://" not in place:
            from interfaces.results.local import LocalResultStore

            return LocalResultStore(Path(place))
        from interfaces.results.bucket import BucketResultStore

        return BucketResultStore(place, making=self.settings.spill_folder)

    def must_reach_ledger(self, livemode: bool) -> None:
        """Raises `StoreUnavailable` while the place of one mode's ledger cannot be reached."""
        mode = "live" if livemode else "test"
        must_be_reachable(f"{self.settings.ledger_place}/{mode}", f"The {mode} ledger")

    def must_reach_results(self) -> None:
        """Raises `StoreUnavailable` while the place of result files cannot be reached."""
        must_be_reachable(self.settings.files_place, "The result files")

    @cached_property
    def custom_reports(self) -> CustomReports:
        """The installation's own report types, as their files are when they are first asked for."""
        from interfaces.engine.custom.reports import CustomReports, read_reports
        from interfaces.engine.custom.verdicts import VerdictFile

        if not self.settings.reports:
            return CustomReports({})
        verdicts = VerdictFile(self.settings.verdicts_file)
        return read_reports(Path(self.settings.reports), {one.id for one in catalogue()}, verdicts=verdicts)

    @cached_property
    def catalogue(self) -> Catalogue:
        """All known report types. Raises `SettingRefused` when the settings name one that is not among them."""
        known = catalogue().and_more(custom.report_type for custom in self.custom_reports.by_id.values())
        if self.settings.live_only_types is None:
            return known
        try:
            return known.with_live_only(self.settings.live_only_types)
        except ValueError as unknown:
            raise SettingRefused(f"REPORTRUN_LIVE_ONLY_TYPES: {unknown}") from None

    @property
    def computes_on_server(self) -> bool:
        """Whether a server is computing a report for this process."""
        engine = vars(self).get("server_engine")
        return engine is not None and engine.is_busy

    def interrupt_reports(self) -> None:
        """End what a server computes for this process, which is about to end."""
        engine = vars(self).get("server_engine")
        if engine is not None:
            engine.interrupt()

    def leave_server(self) -> None:
        """End the session on the server, before this process ends."""
        engine = vars(self).get("server_engine")
        if engine is not None:
            engine.close()

    def close(self) -> None:
        self.leave_server()
        stores = vars(self).pop("stores", None)
        if stores is not None:
            stores.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()
