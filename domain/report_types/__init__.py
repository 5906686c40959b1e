"""The catalogue of report types: what each takes and which columns it has."""

from domain.report_types.catalogue import CUSTOM_FAMILY, Catalogue, ReportType, catalogue

__all__ = ["CUSTOM_FAMILY", "Catalogue", "ReportType", "catalogue"]
