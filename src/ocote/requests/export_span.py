"""``GET /documents/export``: which days, in which form."""

from collections.abc import Mapping
from typing import get_args

from msgspec.structs import replace

from ocote.archive.exporting import ExportFormat, ExportRequest
from ocote.requests.days import DATE_FROM, DATE_TO, read_days
from ocote.requests.description import FieldGroup, RequestField, RequestObject
from ocote.requests.kinds import CodeValue
from ocote.requests.reading import read_by

_FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)

_DAYS = FieldGroup((replace(DATE_FROM, required=True), replace(DATE_TO, required=True)), read_days)
_FORMAT: RequestField[ExportFormat] = RequestField(
    "format",
    CodeValue(_FORMATS, "query_value_unknown", {"allowed": ", ".join(_FORMATS)}),
    "`csv` and `xlsx`: an index, one line per document. `zip`: the index, and delivered JSON and PDF of each.",
    default="zip",
)

EXPORT_QUERY = RequestObject("ExportQuery", "Which documents to export, and in which form.", (_DAYS, _FORMAT))


def read_export_span(query: Mapping[str, str]) -> ExportRequest:
    """The export that the parameters of the URL describe; both days are needed and included.

    Raises InvalidRequest with all faults.
    """
    found = read_by(EXPORT_QUERY, query).accepted()
    posted_from, posted_before = found[_DAYS]
    if posted_from is None or posted_before is None:
        raise AssertionError("a day that is missing is a fault")
    return ExportRequest(posted_from, posted_before, found[_FORMAT])
