"""The `expand[]` parameter: every operation takes it, and few can expand anything, as results are whole already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.errors import InvalidParameter, WrongShape, request_parameter
from domain.runs.run_parameters import MAX_STRING
from interfaces.http.requests.fields import as_text

MAX_LEVELS = 4


def check_expand(paths: Any, is_list: bool, expandable: Sequence[str] = ()) -> None:
    """Raises an `InvalidParameter` for a path that cannot be expanded; `data` of a list can, and is there anyway.

    expandable  properties that can be expanded
    """
    if paths is None:
        return
    if not isinstance(paths, list):
        raise WrongShape("Invalid array", request_parameter("expand"))
    for index, path in enumerate(paths):
        if not isinstance(path, str):
            raise WrongShape(f"Invalid string: {as_text(path)}", request_parameter("expand", str(index)))
        if path.count(".") >= MAX_LEVELS:
            raise InvalidParameter(
                f"You cannot expand more than {MAX_LEVELS} levels of a property ({path[:MAX_STRING]})."
            )
        if is_list and path == "data":
            continue
        if path in (f"data.{name}" if is_list else name for name in expandable):
            continue
        inside = path.startswith("data.")
        hint = f" You may want to try expanding 'data.{path}' instead." if is_list and not inside else ""
        raise InvalidParameter(f"This property cannot be expanded ({path}).{hint}")
