"""Dispatch: finds the command, runs it, and reports an error as one sentence."""

from __future__ import annotations

import argparse
import ast
import inspect
import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from interfaces.cli.arguments import add_data
from interfaces.cli.ctrl_c import CTRL_C, STOPPED
from interfaces.cli.error_sentences import sentence
from interfaces.cli.installations.new_installations import announced, require_installation
from interfaces.cli.output import libraries_silenced, remark, result, write_remarks_as_json
from interfaces.settings import Settings, unknown_settings

COMMANDS = {
    "serve": "serve",
    "worker": "serve",
    "deliver": "serve",
    "load": "load",
    "demo": "load",
    "ledger": "ledger",
    "keys": "keys",
    "accounts": "accounts",
    "webhooks": "webhooks",
    "listen": "development.listen",
    "trigger": "development.trigger",
    "run": "run",
    "types": "type_list",
    "history": "history",
    "runs": "past.run_list",
    "verify-result": "past.result_check",
    "audit": "audit.group",
    "seal": "audit.seal",
    "rebuild": "rebuild",
    "files": "files",
    "migrate": "store",
    "backup": "store",
    "restore": "store",
    "healthcheck": "healthcheck",
    "doctor": "doctor",
}
"""Each command's module in `commands/`.

The module has a function of the command's name, of which the docstring is the command's help, and `add_<name>` for its
flags. It is imported on demand, so that no command waits for the imports of another.
"""

WITHOUT_STORE = ("healthcheck",)
"""Commands that open no installation, and do not wait for its imports."""

LONG_RUNNING = ("serve", "worker", "deliver", "seal")
"""Commands that log. The others end with a sentence, and log at debug level only."""


def run_command(words: Sequence[str]) -> int:
    """Run one command and give its exit code. Raises `SystemExit` for words that are no command, or ask for help."""
    try:
        options = _parser(words).parse_args(words)
        command = getattr(_module(options.command), function_name(options.command))
        settings = Settings.read(data=getattr(options, "data", None))
        needs_none = options.command in WITHOUT_STORE or getattr(options, "folder", None) is not None
        require_installation(settings, options, needs_none=needs_none)
        _log(settings, options)
        for warning in unknown_settings():
            remark(warning)
        if options.command not in WITHOUT_STORE:
            import_module("interfaces.composition.installation")  # nothing is half done yet
        CTRL_C.begin_work()
        with _quiet_libraries(settings, options), _announced(settings, options):
            return int(command(settings, options))
    except SystemExit:
        raise
    except BaseException as trouble:  # a panic of a library in Rust is no `Exception`
        return _say(STOPPED if CTRL_C.asked else sentence(trouble))


def _announced(settings: Settings, options: argparse.Namespace) -> AbstractContextManager[None]:
    """`serve` says of a new installation when it has made it."""
    return nullcontext() if options.command in LONG_RUNNING else announced(settings)


def _log(settings: Settings, options: argparse.Namespace) -> None:
    if options.command in LONG_RUNNING or settings.log_level == "debug":
        from interfaces.host.log_format import set_up_logging

        set_up_logging(settings.log_level, settings.log_format)
        if settings.log_format == "json":
            write_remarks_as_json()
    else:
        logging.basicConfig(handlers=[logging.NullHandler()])


def _quiet_libraries(settings: Settings, options: argparse.Namespace) -> AbstractContextManager[None]:
    """Keep from the terminal what libraries write beside their exceptions, as a panic in Rust does."""
    if options.command in LONG_RUNNING or settings.log_level == "debug":
        return nullcontext()
    return libraries_silenced()


def _say(said: str) -> int:
    if said:
        remark(f"reportrun: {said}")
    return 1


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser. Of the commands, only those among `words` know their flags; without one, all show their summary."""
    parser = argparse.ArgumentParser(
        prog="reportrun",
        description="A self-hosted, event-sourced reporting backend with Stripe's Reporting API.",
        epilog="Example: reportrun demo && reportrun serve",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    named = COMMANDS.keys() & set(words)
    for name in COMMANDS:
        summary = None if named else _summary_of(name)
        command = commands.add_parser(name, help=summary, formatter_class=argparse.RawDescriptionHelpFormatter)
        if name in named:
            _fill(command, name)
    return parser


def _fill(command: argparse.ArgumentParser, name: str) -> None:
    """Give a command its help and its flags."""
    command.description = _help_of(name)
    add_data(command)
    getattr(_module(name), f"add_{function_name(name)}")(command)


def _help_of(command: str) -> str:
    return inspect.cleandoc(getattr(_module(command), function_name(command)).__doc__)


def _summary_of(command: str) -> str:
    """The first line of a command's help, read from its source: help waits for no library."""
    spec = find_spec(f"interfaces.cli.commands.{COMMANDS[command]}")
    assert spec is not None and spec.origin is not None
    parts = ast.parse(Path(spec.origin).read_text("utf-8")).body
    name = function_name(command)
    function = next(part for part in parts if isinstance(part, ast.FunctionDef) and part.name == name)
    return (ast.get_docstring(function) or "").partition("\n")[0]


def function_name(command: str) -> str:
    """`verify_result` of `verify-result`."""
    return command.replace("-", "_")


def _module(command: str) -> ModuleType:
    return import_module(f"interfaces.cli.commands.{COMMANDS[command]}")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        result(f"reportrun {version('reportrun')}")
        parser.exit()
