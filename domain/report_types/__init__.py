"""The catalogue of report types: what each takes and which columns it has."""

from domain.report_types.catalogue import Catalogue, ReportType, catalogue

__all__ = ["Catalogue", "ReportType", "catalogue"]
