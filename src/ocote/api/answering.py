"""The answer to a request that a route or the gate refuses, and what the log of requests keeps of it."""

from itertools import islice
from typing import Final

import structlog
from starlette.types import Scope

from ocote.api.envelope import warning_bodies
from ocote.api.request import ApiRequest
from ocote.api.request_log import RequestLog
from ocote.documents.view import Refused
from ocote.dte.faults import Fault, InvalidSale
from ocote.errors import advised, message, status
from ocote.store.engine.store import JournalUnavailableError, StoreUnavailableError
from ocote.web.invalid import MAX_FAULTS, InvalidRequest
from ocote.web.response import COME_AGAIN, Response, faulty, invalid_request, refusal

ANSWERED_ERRORS: Final = (InvalidRequest, InvalidSale, Refused, StoreUnavailableError)
"""The errors with an answer of their own; any other one is a fault of this program."""

_log = structlog.get_logger(__name__)


def answer_to(
    error: InvalidRequest | InvalidSale | Refused | StoreUnavailableError, log: RequestLog, scope: Scope
) -> Response:
    """The response to a request that ended in this error; its faults are noted in the log of the request."""
    warnings = warning_bodies(ApiRequest.warned_in(scope)) or ()
    if isinstance(error, InvalidRequest):
        log.code, log.faults = error.faults[0].code, error.faults
        return invalid_request(error, warnings)
    if isinstance(error, InvalidSale):
        log.code, log.faults = error.faults[0].code, tuple(map(advised, islice(error.faults, MAX_FAULTS)))
        return faulty(map(advised, error.faults), warnings)
    if isinstance(error, Refused):
        log.code, log.faults = error.code, (_refused(error),)
        if status(error.code) == 503:
            log.headers.append(COME_AGAIN)
        return refusal(error.code, error.values, warnings=warnings)
    _log.warning("store_unavailable", route=log.route, error=str(error))
    log.headers.append(COME_AGAIN)
    log.code = "journal_unavailable" if isinstance(error, JournalUnavailableError) else "service_unavailable"
    return refusal(log.code, {})


def _refused(error: Refused) -> Fault:
    """The fault that a refusal names, with its field, if there is one."""
    field = error.values.get("field", "body" if status(error.code) == 400 else "")
    return Fault(error.code, str(field), message(error.code, **error.values))
