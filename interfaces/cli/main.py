"""`reportrun`: finds the command and runs it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from domain.errors import ReportrunError
from interfaces.settings import SettingRefused, Settings

COMMANDS = {
    "serve": "serve",
    "worker": "serve",
    "load": "ledger",
    "demo": "ledger",
    "keys": "keys",
    "accounts": "accounts",
    "run": "runs",
    "history": "runs",
    "rebuild": "views",
    "doctor": "doctor",
}
"""Each command, and the module beside this one that has it: a function of its name, and `add_<name>` for its flags."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 trouble, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    command = getattr(import_module(f"interfaces.cli.{COMMANDS[options.command]}"), options.command)
    try:
        settings = Settings.read(data=getattr(options, "data", None))
        return int(command(settings, options))
    except (ReportrunError, SettingRefused) as trouble:
        return _say(str(trouble))
    except BrokenPipeError:  # whoever read the output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as trouble:
        return _say(f"{trouble.strerror or trouble}{f': {trouble.filename}' if trouble.filename else ''}.")
    except KeyboardInterrupt:
        return _say("Stopped; nothing was left half done.")


def _say(sentence: str) -> int:
    print(f"reportrun: {sentence}", file=sys.stderr)  # noqa: T201
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="reportrun",
        description="A self-hosted, event-sourced reporting backend with Stripe's Reporting API.",
        epilog="Example: reportrun demo && reportrun serve",
    )
    parser.add_argument("--version", action="version", version=f"reportrun {version('reportrun')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        _add(commands, name, module)
    return parser


def _add(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, module: str) -> None:
    """Add one command. Its function's docstring is its help: first line, paragraphs, and the example last."""
    holder = import_module(f"interfaces.cli.{module}")
    text = (getattr(holder, name).__doc__ or "").strip()
    summary, _, rest = text.partition("\n")
    command = commands.add_parser(
        name,
        help=summary,
        description="\n".join(line.strip() for line in [summary, *rest.splitlines()]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--data", type=Path, metavar="DIR", help="data folder (REPORTRUN_DATA; default ./reportrun-data)"
    )
    getattr(holder, f"add_{name}")(command)


if __name__ == "__main__":
    sys.exit(main())
