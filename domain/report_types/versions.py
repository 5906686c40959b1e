"""Versions of one report: their order, and what each has that the one before has not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.report_types.catalogue import ReportType


def in_order(types: Iterable[ReportType]) -> Sequence[ReportType]:
    """Each report where its first version stands, and its versions from the oldest on."""
    reports: dict[str, list[ReportType]] = {}
    for one in types:
        reports.setdefault(one.unversioned, []).append(one)
    return [one for versions in reports.values() for one in sorted(versions, key=lambda one: one.version)]


def changes(report_type: ReportType, types: Iterable[ReportType]) -> str:
    """`since .1: with the columns regulatory_tag; without ...`: its difference from the newest older version.

    Empty where `types` has no older one, or where columns and parameters are the same.
    """
    older = [one for one in types if one.unversioned == report_type.unversioned and one.version < report_type.version]
    if not older:
        return ""
    before = max(older, key=lambda one: one.version)
    differences = [
        *_differences("columns", before.columns, report_type.columns),
        *_differences("parameters", _parameters(before), _parameters(report_type)),
    ]
    return f"since .{before.version}: {'; '.join(differences)}" if differences else ""


def _differences(noun: str, before: Sequence[str], after: Sequence[str]) -> Iterable[str]:
    for word, more, fewer in (("with", after, before), ("without", before, after)):
        names = [name for name in more if name not in fewer]
        if names:
            yield f"{word} the {noun if len(names) > 1 else noun[:-1]} {', '.join(names)}"


def _parameters(report_type: ReportType) -> Sequence[str]:
    return (*report_type.required, *report_type.optional)
