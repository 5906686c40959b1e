"""Lines of CSV as expressions, so that no server's own CSV writer decides how a cell is quoted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

_QUOTE = exp.Literal.string('"')
_QUOTED_QUOTE = exp.Literal.string('""')
_COMMA = exp.Literal.string(",")
_NOTHING = exp.Literal.string("")


def line_of(cells: Sequence[exp.Expr]) -> exp.Expr:
    """One line without its end: cells quoted, null empty and unquoted."""
    parts = list[exp.Expr]()
    for cell in cells:
        parts += [_COMMA.copy(), _cell(cell)]
    return exp.func("concat", *parts[1:], dialect="spark") if len(parts) > 2 else parts[1]


def _cell(value: exp.Expr) -> exp.Expr:
    text = exp.cast(value.copy(), "text")
    doubled = exp.func("replace", text, _QUOTE.copy(), _QUOTED_QUOTE.copy(), dialect="spark")
    quoted = exp.func("concat", _QUOTE.copy(), doubled, _QUOTE.copy(), dialect="spark")
    return exp.func("coalesce", quoted, _NOTHING.copy(), dialect="spark")
