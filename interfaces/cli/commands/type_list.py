"""`types`: every report type, what it holds and takes, and whether it can run now."""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from domain.access.caller import Scope
from domain.instants import utc_text
from domain.report_types import CUSTOM_FAMILY
from domain.report_types.catalogue import FAMILIES
from domain.report_types.descriptions import description_of
from domain.report_types.needed_tables import remedy
from domain.report_types.versions import changes, in_order
from interfaces.cli.arguments import add_mode, id_text
from interfaces.cli.installations.new_installations import has_installation, no_installation
from interfaces.cli.output import remark, result
from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.runs.type_survey import TypeState
    from domain.report_types import ReportType

NOWHERE = "There is no installation."
"""Why no type can run before one is made."""

WIDEST = 120
"""Characters of a line, also on wider terminals."""


def add_types(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--family",
        choices=(*FAMILIES, CUSTOM_FAMILY),
        metavar="F",
        help=f"one of {', '.join(FAMILIES)}; {CUSTOM_FAMILY}: the custom ones",
    )
    command.add_argument("--json", action="store_true", help="as a JSON array, for programs")
    command.add_argument(
        "--account", type=id_text, metavar="acct_...", help="whose reports they are (default: the platform)"
    )
    add_mode(command)


def types(settings: Settings, options: argparse.Namespace) -> int:
    """List the report types: what each holds and takes, and whether it can run now.

    Parameters with a star are required. The API lists only the types that can run. Before there is an installation
    it lists every type, too.

    Example: reportrun types --family payouts
    """
    states = _states(settings, options) if has_installation(settings) else _states_nowhere(settings, options)
    if options.json:
        result(json.dumps([_as_json(state) for state in states], indent=2))
    else:
        by_id = {state.report_type.id: state for state in states}
        ordered = in_order(state.report_type for state in states)
        result("\n\n".join("\n".join(_lines(by_id[one.id], ordered)) for one in ordered))
    return 0


def _states(settings: Settings, options: argparse.Namespace) -> Sequence[TypeState]:
    from interfaces.composition.commands import administration
    from interfaces.composition.installation import Installation
    from interfaces.composition.reports import type_survey

    with Installation(settings, only_reads=True) as installation:
        admin = administration(installation)
        scope = Scope(options.account or admin.platform(), options.mode == "live")
        admin.must_exist(scope.account)
        installation.stores.projector.catch_up()
        return type_survey(installation).states(scope, options.family)


def _states_nowhere(settings: Settings, options: argparse.Namespace) -> Sequence[TypeState]:
    """Of every type, for who has no installation yet. Raises `SettingRefused` for an account, which only one has."""
    from application.runs.type_survey import TypeState
    from interfaces.composition.reports import known_types

    sentence = no_installation(settings)
    if options.account is not None:
        raise SettingRefused(sentence)
    known = known_types(settings)
    remark(sentence)
    return [TypeState(one, None, NOWHERE) for one in known if options.family in (None, one.family)]


def _as_json(state: TypeState) -> dict[str, Any]:
    """The keys of the API's object where there are such, and more. Times are Unix seconds, as there."""
    one, window = state.report_type, state.window
    return {
        "id": one.id,
        "name": one.name,
        "family": one.family,
        "version": one.version,
        "description": description_of(one),
        "required": one.required,
        "optional": one.optional,
        "columns": one.columns,
        "default_columns": one.default_columns,
        "live_only": one.live_only,
        "can_run": state.reason is None,
        "reason": state.reason,
        "missing_tables": state.missing_tables,
        "data_available_start": window.start if window else None,
        "data_available_end": window.end if window else None,
    }


def _lines(state: TypeState, types: Sequence[ReportType]) -> Iterator[str]:
    one = state.report_type
    starred = [f"{name}*" for name in one.required]
    yield one.id
    yield from _wrapped(description_of(one))
    yield from _wrapped(changes(one, types))
    yield from _wrapped(f"parameters: {', '.join([*starred, *one.optional])}")
    yield from _wrapped(f"columns: {', '.join(one.columns)}")
    yield from _wrapped(_runs(state))


def _runs(state: TypeState) -> str:
    if state.reason == NOWHERE:
        return "no installation"
    if state.window is None:
        made = " `reportrun run` makes it in either mode." if state.report_type.live_only else ""
        return f"cannot run: {state.reason}{made}"
    span = f"can run: data from {utc_text(state.window.start)} through {utc_text(state.window.end)}"
    if state.missing_tables:
        span += f"; empty without rows of {' and '.join(state.missing_tables)}. {remedy(state.missing_tables)}"
    return span


def _wrapped(text: str) -> list[str]:
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
