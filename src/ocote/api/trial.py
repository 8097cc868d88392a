"""Runs a call of a person at the panel as a dry run, through the routes that answer the calls of keys."""

from collections.abc import Iterable
from typing import Final

from starlette.types import Message, Scope

from ocote.api.answering import ANSWERED_ERRORS, answer_to
from ocote.api.request import DRY_RUN, ApiRequest
from ocote.api.request_log import API_PATH, RequestLog
from ocote.api.routing import ApiRoute, api_router
from ocote.api.services import Services
from ocote.companies.caller import Caller
from ocote.requests.trial import TRIAL_BODIES, TrialAnswer, TrialCall

_STRICT: Final = (b"prefer", b"handling=strict")


class DryRunner:
    """Answers as the API does, without a key and without a line in the log of requests."""

    def __init__(self, services: Services, routes: Iterable[ApiRoute]) -> None:
        self._services = services
        self._router = api_router(each for each in routes if each.path in TRIAL_BODIES)

    async def run(self, caller: Caller, call: TrialCall) -> TrialAnswer:
        """The answer to the call as a dry run. Raises LookupError for an endpoint that has none."""
        if call.endpoint not in TRIAL_BODIES:
            raise LookupError(f"{call.endpoint} has no dry run")
        scope = _scope(call)
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": call.body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        log = RequestLog(scope)
        try:
            ApiRequest(scope, receive, self._services, caller, log, call.site_url).enter()
            await self._router(scope, receive, send)
        except ANSWERED_ERRORS as error:
            await answer_to(error, log, scope)(scope, receive, send)
        return TrialAnswer(sent[0]["status"], b"".join(each["body"] for each in sent[1:]))


def _scope(call: TrialCall) -> Scope:
    """The request that a client would send: a dry run, whatever the call says."""
    path = f"{API_PATH}{call.endpoint}"
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode("ascii"),
        "query_string": f"{DRY_RUN}=1".encode("ascii"),
        "headers": [(b"content-type", b"application/json"), *((_STRICT,) if call.is_strict else ())],
        "server": None,
        "client": None,
    }
