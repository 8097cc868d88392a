"""``GET /documents/export``: which days, in which form."""

from collections.abc import Mapping
from typing import cast, get_args

from ocote.api.requests.days import read_days
from ocote.api.requests.fields import RequestFields
from ocote.archive.exporting import ExportFormat, ExportRequest

FORMATS: tuple[str, ...] = get_args(ExportFormat)


def read_export_span(query: Mapping[str, str]) -> ExportRequest:
    """The export that the parameters of the URL describe; both days are needed and included.

    Raises InvalidRequest with all faults.
    """
    fields = RequestFields(query)
    fields.require("date_from")
    fields.require("date_to")
    posted_from, posted_before = read_days(fields)
    chosen = fields.code("format", FORMATS, "query_value_unknown", allowed=", ".join(FORMATS)) or FORMATS[0]
    if posted_from is None or posted_before is None:
        fields.raise_faults()
        raise AssertionError("a day that is missing is a fault")
    fields.raise_faults()
    return ExportRequest(posted_from, posted_before, cast("ExportFormat", chosen))
