"""Settings: environment and flags, read once into one frozen value."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from domain.near_misses import near_miss
from interfaces.setting_values import (
    ANY_USER,
    READERS,
    SettingRefused,
    checked,
    key_for_user,
    shown,
    trusts_every_address,
    written,
)

PREFIX = "REPORTRUN_"


LEVELS = ("debug", "info", "warning", "error")


LEAST_ENGINE_MEMORY_MIB = 128
"""With less than this the engine cannot even spill."""


def _setting(
    about: str,
    default: Any,
    *,
    least: int = 0,
    one_of: Sequence[str] = (),
    address: Sequence[str] = (),
    hosts: bool = False,
    networks: bool = False,
    user_keys: bool = False,
    proxies: bool = False,
    fallback: str | None = None,
) -> Any:
    """One setting.

    least     the smallest value, of a number
    one_of    the only values
    address   what an address may begin with; a text without `://` is none, and is let pass where "" is among these
    hosts     whether each word must be a host, with or without a port
    networks  whether each word must be a network, such as 10.1.0.0/16
    user_keys  whether each word must be the id of a key, with or without the user whom it is for
    proxies   whether it is `*`, or each word must be an address or a network
    fallback  a variable of another program that is read when ours is not set
    """
    limits = {"least": least, "one_of": one_of, "address": address, "hosts": hosts, "networks": networks}
    limits |= {"user_keys": user_keys, "proxies": proxies}
    return field(default=default, metadata={"about": about, "fallback": fallback, **limits})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting. `REPORTRUN_DATA` sets `data`, and so on."""

    data: Path = _setting("Folder that holds everything of the embedded default.", Path("reportrun-data"))
    database_url: str = _setting("PostgreSQL, as `postgresql://user:password@host/name`; unset: SQLite in `DATA`.", "")
    database_pool_size: int = _setting(
        "Connections to PostgreSQL that one server answers reads with; it takes up to 4 more.", 4, least=1
    )
    ledger_url: str = _setting(
        "Where the ledger is: a folder, or `s3://bucket/path`; unset: `ledger/` in `DATA`.", "", address=("", "s3://")
    )
    ledger_copies_mib: int = _setting("What local copies of a bucket's ledger may take on disk.", 10_240)
    load_unfolded_mib: int = _setting(
        "Disk space that one load may unfold its files into while it runs; 0: all that is free.", 65_536
    )
    files_url: str = _setting(
        "Where result files are: a folder, or `s3://bucket/path`; unset: `files/` in `DATA`.",
        "",
        address=("", "s3://"),
    )
    audit_url: str = _setting(
        "Where the transparency log is: a folder, or `s3://bucket/path`; unset: `audit/` in `DATA`.",
        "",
        address=("", "s3://"),
    )
    audit_key: str = _setting(
        "Private key that signs checkpoints: 32 bytes in Base64; unset: that in `audit.key` of `DATA`, made once.", ""
    )
    checkpoint_copy: str = _setting(
        "Folder, or `s3://bucket/path`, that checkpoints are also written to, one kept for each day; unset: none.",
        "",
        address=("", "s3://"),
    )
    timestamp_url: str = _setting(
        "Timestamping authority (RFC 3161) that a checkpoint is sent to each day; unset: none.",
        "",
        address=("http://", "https://"),
    )
    timestamp_ca: str = _setting(
        "PEM file of the certificates that its tokens must lead to; unset: tokens are kept without that check.", ""
    )
    timestamp_timeout_seconds: float = _setting("How long the authority may take for its whole answer.", 20.0)
    seal: bool = _setting("1 or 0: whether `serve` seals the log into the transparency log.", True)
    seal_seconds: float = _setting("How often the log is sealed, while it grows.", 1.0)
    audit_reads: str = _setting(
        "Reads that are recorded in the log: off, downloads of files, or all: single runs, histories and files too.",
        "off",
        one_of=("off", "downloads", "all"),
    )
    public_url: str = _setting(
        "Address that links begin with, with the path prefix if there is one; empty: the host that the caller used.",
        "",
        address=("http://", "https://"),
    )
    hosts: tuple[str, ...] | None = _setting(
        "Hosts that the API and the console answer for, separated by commas, with a port or for all ports; unset: any.",
        None,
        hosts=True,
    )
    forwarded_allow_ips: str = _setting(
        "Proxies whose forwarding headers are trusted: addresses or networks, separated by commas; `*`: all.",
        "127.0.0.1",
        proxies=True,
        fallback="FORWARDED_ALLOW_IPS",
    )
    hsts_seconds: int = _setting(
        "How long browsers shall use HTTPS only, as `Strict-Transport-Security` says; 0: the header is not sent.", 0
    )
    console: bool = _setting("1 or 0: whether `serve` has the console at `/console`.", True)
    console_session_seconds: int = _setting(
        "How long a sign-in to the console lasts at most; an ended key ends it at once.", 43_200, least=60
    )
    console_tasks: int = _setting(
        "Charts, Excel files and comparisons that a server makes for the console at once.", 2, least=1
    )
    console_task_seconds: int = _setting("How long one chart or Excel file may take.", 600, least=1)
    console_chart_mib: int = _setting("Largest result file that charts are drawn of.", 512)
    console_user_header: str = _setting(
        "Header in which a proxy of `FORWARDED_ALLOW_IPS` names the user who has signed in there; unset: none.", ""
    )
    console_user_keys: tuple[str, ...] | None = _setting(
        "Keys whose rights these users have: the id of one for all, or `name=key_...,other=key_...`; unset: none.",
        None,
        user_keys=True,
    )
    console_upload_mib: int = _setting(
        "Largest upload of files that the console loads into the ledger, kept in `DATA` meanwhile; 0: none is taken.",
        1024,
    )
    reports: str = _setting("Folder of your own report types, as `.sql` files; unset: none.", "")
    live_only_types: tuple[str, ...] | None = _setting(
        "Report types that need a live-mode key, separated by commas, may be empty; unset: the catalogue's own.",
        None,
    )
    total_rows: bool = _setting("1 or 0: whether category summaries end with `total` rows.", True)
    attempt_limit_seconds: float = _setting("How long one attempt at a report may take.", 3600.0)
    attempts: int = _setting("How many attempts a run gets before it fails.", 3, least=1)
    lease_seconds: float = _setting("How long a worker that has died keeps its run from the others.", 30.0)
    retry_delay_seconds: float = _setting("How long a run waits after an attempt that may go better later.", 5.0)
    account_concurrency: int = _setting("Runs of one account that are in work at once; 0: no limit.", 0)
    engine_memory_mib: int = _setting(
        "Memory that the reports of one `serve` or `worker` use together, or one `load`, before they spill to disk.",
        1024,
        least=LEAST_ENGINE_MEMORY_MIB,
    )
    custom_file_mib: int = _setting("Largest file, and largest spill to disk, of one custom report.", 10_240, least=1)
    engine_threads: int = _setting("Threads of one worker's engine; 0: its share of the cores.", 0)
    engine_url: str = _setting(
        "Spark Connect server that large reports are computed on, as `sc://host:15002/;token=...`; unset: DuckDB only.",
        "",
    )
    engine_url_file: str = _setting("File that `ENGINE_URL` is read from at each new session; unset: none.", "")
    engine_url_command: str = _setting(
        "Command that prints `ENGINE_URL`, run at each new session, within 60 seconds; unset: none.", ""
    )
    engine_reads: str = _setting(
        "How the server reads the ledger: delta (versions of Delta tables), or files (Parquet, Spark only).",
        "delta",
        one_of=("delta", "files"),
    )
    engine_parts_url: str = _setting(
        "Where the server writes large results in parts, a folder or `s3://bucket/path` that workers reach; unset: "
        "results are streamed.",
        "",
        address=("", "s3://"),
    )
    engine_parts_from_rows: int = _setting(
        "Rows of a report's largest table from which its result is written in parts; Spark ends streams at about 1 GB.",
        500_000,
        least=1,
    )
    engine_from_mib: int = _setting(
        "Size of the ledger files of one report from which the server computes it; 0: all built-in reports.", 4096
    )
    engine_fallback: bool = _setting("1 or 0: whether DuckDB makes a report that the server could not make.", False)
    webhook_endpoints: int = _setting("Webhook endpoints that an account may have in each mode.", 16, least=1)
    webhook_networks: tuple[str, ...] | None = _setting(
        "Networks of your own that webhooks may go to, such as `10.1.0.0/16,127.0.0.1/32`; unset: none.",
        None,
        networks=True,
    )
    webhook_timeout_seconds: float = _setting("How long a webhook endpoint may take for its whole answer.", 20.0)
    webhook_schedule_live: tuple[float, ...] = _setting(
        "Seconds before each attempt at a webhook in live mode, counted from the one before.",
        (0.0, 5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0),
    )
    webhook_schedule_test: tuple[float, ...] = _setting("The same in test mode.", (0.0, 300.0, 7_200.0))
    webhook_disable_seconds: float = _setting(
        "How long a webhook endpoint must have accepted nothing before it is disabled.", 432_000.0
    )
    webhook_disable_attempts: int = _setting("How many attempts at it must have failed meanwhile.", 20, least=1)
    rate_limit_test: int = _setting("Requests a second of one account in test mode, for each server; 0: no limit.", 0)
    rate_limit_live: int = _setting("Requests a second of one account in live mode, for each server; 0: no limit.", 0)
    max_body_bytes: int = _setting("Largest request body that is read.", 1_048_576, least=1024)
    idle_timeout_seconds: float = _setting("How long a connection stays open without a request.", 5.0)
    head_timeout_seconds: float = _setting("How long the address and headers of a request may take to arrive.", 10.0)
    body_timeout_seconds: float = _setting("How long the body of a request may take to arrive.", 30.0)
    send_timeout_seconds: float = _setting("How long a caller may take nothing of its response.", 60.0)
    log_level: str = _setting("How much is logged: debug, info, warning or error.", "info", one_of=LEVELS)
    log_format: str = _setting("How lines of the log are written: text or json.", "text", one_of=("text", "json"))
    request_log: str = _setting(
        "Requests that have a line in the log: off, all, or errors: those of status 400 and above.",
        "errors",
        one_of=("off", "errors", "all"),
    )
    request_records: int = _setting(
        "Refused requests that a server keeps for the addresses in `request_log_url`; 0: none.", 1000
    )

    @property
    def events_file(self) -> Path:
        return self.data / "events.db"

    @property
    def store_files(self) -> tuple[Path, ...]:
        """The log, and the databases that are made of it."""
        return (self.events_file, self.data / "views.db", self.data / "queue.db")

    @property
    def ledger_place(self) -> str:
        """A folder's path, or a bucket's address."""
        return self.ledger_url or str(self.data / "ledger")

    @property
    def files_place(self) -> str:
        """A folder's path, or a bucket's address."""
        return self.files_url or str(self.data / "files")

    @property
    def audit_place(self) -> str:
        """A folder's path, or a bucket's address."""
        return self.audit_url or str(self.data / "audit")

    @property
    def audit_key_file(self) -> Path:
        return self.data / "audit.key"

    @property
    def has_engine_server(self) -> bool:
        """Whether reports may be computed on a Spark Connect server."""
        return any((self.engine_url, self.engine_url_file, self.engine_url_command))

    @property
    def copies_folder(self) -> Path:
        return self.data / "copies"

    @property
    def verdicts_file(self) -> Path:
        """The verdicts on the files of custom reports."""
        return self.data / "custom-reports" / "verdicts.json"

    @property
    def spill_folder(self) -> Path:
        return self.data / "spill"

    def console_user_key_of(self, user: str) -> str | None:
        """The id of the key that a user of the console has the rights of; None for a user without rights."""
        keys = dict(key_for_user(word) for word in self.console_user_keys or ())
        return keys.get(user, keys.get(ANY_USER))

    @property
    def listeners_folder(self) -> Path:
        """What `reportrun listen` keeps."""
        return self.data / "listeners"

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, **flags: Any) -> Settings:
        """Settings from the environment; flags that are not None win. Raises `SettingRefused`."""
        values: dict[str, Any] = {}
        for one in fields(cls):
            name = PREFIX + one.name.upper()
            text = environment.get(name, environment.get(one.metadata["fallback"] or name))
            if text is not None:
                values[one.name] = checked(READERS[str(one.type)](text, name), name, **one.metadata)
        values.update({name: value for name, value in flags.items() if value is not None})
        url = values.get("database_url", "")
        if url and not url.startswith(("postgresql://", "postgres://")):  # not shown: it may hold a password
            raise SettingRefused(
                f"{PREFIX}DATABASE_URL is no address of PostgreSQL. Give postgresql://user:password@host/name."
            )
        _check_engine_address(values)
        _check_console_users(values)
        return cls(**values)

    def environment(self) -> dict[str, str]:
        """The variables that make another process read these same settings."""
        values = {PREFIX + one.name.upper(): getattr(self, one.name) for one in fields(self)}
        return {name: written(value) for name, value in values.items() if value is not None}

    @classmethod
    def table(cls) -> list[tuple[str, str, str]]:
        """Name, default and sentence of every setting."""
        rows = []
        for one in fields(cls):
            assert one.default is not MISSING
            rows.append((PREFIX + one.name.upper(), shown(one.default), one.metadata["about"]))
        return rows


MOST_UNKNOWN = 10
"""Variables that are no setting which are named; the others are counted."""


OPTIONS_OF_SERVE = ("HOST", "PORT", "WORKERS", "DELIVERERS")
"""What is given to `serve` itself, and taken for a setting."""


def unknown_settings(environment: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence about each variable that begins as settings do and is none. Values are not shown."""
    known = {one.name.upper() for one in fields(Settings)}
    given = sorted(name.removeprefix(PREFIX) for name in environment if name.startswith(PREFIX))
    said = [
        f"{(PREFIX + name)[:80]!a} is no setting, and is ignored.{_meant(name, known)}"
        for name in given
        if name not in known
    ]
    more = len(said) - MOST_UNKNOWN
    if more > 0:
        said[MOST_UNKNOWN:] = [f"Of the variables that begin with {PREFIX}, {more} more are no settings."]
    return said


def _meant(name: str, known: Collection[str]) -> str:
    """What to write instead of a variable that is no setting; all names are without the prefix."""
    if name in OPTIONS_OF_SERVE:
        return f" Give it as an option: `reportrun serve --{name.lower()}`."
    found = near_miss(name, known)
    return f" Did you mean {PREFIX}{found}?" if found else ""


def _check_engine_address(values: Mapping[str, Any]) -> None:
    """Raises `SettingRefused`. The address is not shown: it may hold a token."""
    given = [name for name in ("engine_url", "engine_url_file", "engine_url_command") if values.get(name)]
    if len(given) > 1:
        named = " and ".join(PREFIX + name.upper() for name in given)
        raise SettingRefused(f"{named} are set. Set one of them only.")
    url = values.get("engine_url", "")
    if url and not url.startswith("sc://"):
        raise SettingRefused(f"{PREFIX}ENGINE_URL is no address of Spark Connect. Give sc://host:15002.")


def _check_console_users(values: Mapping[str, Any]) -> None:
    """Raises `SettingRefused` for a header that anyone could send, or that gives its users no rights."""
    if not values.get("console_user_header"):
        return
    if trusts_every_address(values.get("forwarded_allow_ips", "")):
        raise SettingRefused(
            f"{PREFIX}CONSOLE_USER_HEADER is set, and {PREFIX}FORWARDED_ALLOW_IPS trusts every address: anyone could "
            "sign in as anyone. Name the proxies' addresses."
        )
    if not values.get("console_user_keys"):
        raise SettingRefused(
            f"{PREFIX}CONSOLE_USER_HEADER is set, and {PREFIX}CONSOLE_USER_KEYS is not. Name the key whose rights the "
            "users have."
        )
