"""The address of the Spark Connect server: as it is, or from a file or a command, which may give another each time."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from domain.errors import ReportFailed

COMMAND_SECONDS = 60
"""How long a command that prints the address may take."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """One of the three is set. An address may hold a token, so that no text of this class shows it."""

    url: str = field(default="", repr=False)
    file: str = ""
    command: str = field(default="", repr=False)

    def read(self) -> str:
        """The address as it is now. Raises `ReportFailed`."""
        url = self._text().strip()
        if not url.startswith("sc://"):
            raise unusable_address(f"{self._source()} gives no address that begins with sc://.")
        if ";" in host_of(url):  # it would be a part of the host, which errors name
            raise unusable_address(
                f"{self._source()} has parameters without a / before them: sc://host:15002/;token=..."
            )
        if "session_id" in parameters_of(url):
            raise unusable_address(
                f"{self._source()} names a session_id, and each worker needs a session of its own. Leave it out."
            )
        return url

    def _text(self) -> str:
        try:
            if self.file:
                return Path(self.file).read_text(encoding="utf-8")
            return self._printed() if self.command else self.url
        except (OSError, ValueError, subprocess.SubprocessError):  # not chained: it shows the command, or a token
            raise unusable_address(f"{self._source()} cannot be read or run.") from None

    def _printed(self) -> str:
        ran = subprocess.run(
            shlex.split(self.command), stdout=subprocess.PIPE, text=True, timeout=COMMAND_SECONDS, check=True
        )
        return ran.stdout

    def _source(self) -> str:
        if self.file:
            return f"REPORTRUN_ENGINE_URL_FILE, {self.file},"
        return "REPORTRUN_ENGINE_URL_COMMAND" if self.command else "REPORTRUN_ENGINE_URL"


def host_of(url: str) -> str:
    """Host and port of an address, without its parameters."""
    return urlsplit(url).netloc.rpartition("@")[2]


def parameters_of(url: str) -> set[str]:
    """The names of an address's parameters."""
    return set(parse_qs(urlsplit(url).path.lstrip("/;"), keep_blank_values=True, separator=";"))


def unusable_address(sentence: str) -> ReportFailed:
    """The failure of a report whose engine has no address. sentence: for `doctor`, without what it may hold"""
    failure = ReportFailed(
        "The report could not be computed, because the address of the engine is not known.",
        "engine_unreachable",
        try_again=True,
    )
    failure.add_note(sentence)
    return failure
