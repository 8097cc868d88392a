"""One authenticated request, as a route of API Connect reads it."""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

from starlette.requests import Request
from starlette.types import Receive, Scope

from ocote.api.request_log import RequestLog
from ocote.api.services import Services
from ocote.audit import Author
from ocote.companies.caller import Caller
from ocote.documents.view import AnswerWarning, Refused
from ocote.dte.faults import Fault
from ocote.issuing.strictness import strict_faults
from ocote.requests.encoded import decoded, require_encoded
from ocote.requests.parameters import ignore_parameter, note_parameters
from ocote.requests.reference import MAX_REFERENCE
from ocote.web.body import check_media_type, read_body
from ocote.web.invalid import InvalidRequest, invalid
from ocote.web.json_text import read_object
from ocote.web.preferences import STRICT_APPLIED, asks_for_strict_handling
from ocote.web.transport import address_of

_IN_SCOPE = "ocote.api_request"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
DRY_RUN = "dry_run"
"""The parameter of a dry run."""

_ON = ("1", "true")
_OFF = ("0", "false")


class ApiRequest(Request):
    """Starlette's request with the caller, the services, and the strict reading that the contract asks for.

    ``holder`` is the holder of the key, or the person who tries a call at the panel. ``site_url`` is the beginning of
    URLs in the response. ``warnings`` are about the request, for its answer. ``is_strict`` is the client's wish that
    nothing is ignored (``Prefer: handling=strict``). Starlette's own ``json()`` and ``headers`` are more lenient than
    the contract: routes use the methods below.
    """

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        services: Services,
        holder: Caller,
        log: RequestLog,
        site_url: str,
    ) -> None:
        super().__init__(scope, receive)
        self.services = services
        self.holder = holder
        self.log = log
        self.times = log.times
        self.site_url = site_url
        self.warnings: list[AnswerWarning] = []
        self.is_strict = b"prefer" in log.received and asks_for_strict_handling(
            value for name, value in scope["headers"] if name == b"prefer"
        )
        self._known_parameters: Collection[str] = ()

    def enter(self) -> None:
        """Puts the request into its scope, from which the routes read it."""
        self.scope[_IN_SCOPE] = self

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """The request that the gate has admitted."""
        admitted: Self = scope[_IN_SCOPE]
        return admitted

    @classmethod
    def warned_in(cls, scope: Scope) -> Sequence[AnswerWarning]:
        """The warnings of a request that is answered with a fault.

        In strict handling the warnings are faults themselves, and before the gate admits a request there are none.
        """
        admitted: Self | None = scope.get(_IN_SCOPE)
        return () if admitted is None or admitted.is_strict else admitted.warnings

    @property
    def author(self) -> Author:
        """The key as the audit log names it."""
        return Author(self.holder.name, address_of(self.scope))

    def take_parameters(self, known: Collection[str]) -> None:
        """Begins the work of an endpoint that reads these parameters of the URL; others get a warning.

        Raises InvalidRequest for them in strict handling, which the answer then confirms, and always for a parameter
        that is not percent-encoded UTF-8.
        """
        self._known_parameters = known
        if self.is_strict:
            self.log.headers.append(STRICT_APPLIED)
        if not self.scope["query_string"]:
            return
        with self.strictness():
            require_encoded(self.scope["query_string"])
            note_parameters(self.query_params.multi_items(), known, self.warnings)

    def ignore_parameter(self, name: str, why: str) -> None:
        """Warns that a parameter which the endpoint reads does not count; ``why`` is a Spanish clause.

        Raises InvalidRequest in strict handling.
        """
        with self.strictness():
            ignore_parameter(name, why, self.warnings)

    @contextmanager
    def strictness(self) -> Iterator[None]:
        """Reads inside; in strict handling the warnings of the request so far become faults beside the others.

        Raises InvalidRequest.
        """
        try:
            yield
        except InvalidRequest as error:
            raise InvalidRequest([*error.faults, *self._strict_faults()]) from None
        faults = self._strict_faults()
        if faults:
            raise InvalidRequest(faults)

    def _strict_faults(self) -> list[Fault]:
        return strict_faults(self.warnings) if self.is_strict else []

    async def json_object(self) -> dict[str, Any]:
        """The body. Raises InvalidRequest unless it is one JSON object (contract D2), ClientGone without a client."""
        self._check_media_type()
        return read_object(await read_body(self.receive))

    async def json_object_if_any(self) -> dict[str, Any]:
        """An optional body: an empty body counts as an empty object, with any content type."""
        body = await read_body(self.receive)
        if not body.strip():
            return {}
        self._check_media_type()
        return read_object(body)

    def _check_media_type(self) -> None:
        headers = self.log.received
        check_media_type(headers.get(b"content-type"), headers.get(b"content-encoding"))

    def header(self, name: bytes) -> str | None:
        """A header by its lower-case name, the last of repeated headers. Raises InvalidRequest if it is not UTF-8."""
        try:
            value = self.log.received.get(name)
            return value.decode("utf-8") if value is not None else None
        except UnicodeDecodeError:
            raise invalid("header_not_utf8", name.decode("ascii").title()) from None

    def query(self, name: str) -> str | None:
        """The last value of a parameter of the URL; None when the parameter is absent."""
        return self.query_params.get(name) if self.scope["query_string"] else None

    def parameters(self) -> dict[str, str]:
        """The parameters of the URL that the endpoint reads, each with its last value."""
        return {name: value for name, value in self.query_params.items() if name in self._known_parameters}

    def flag(self, name: str) -> bool:
        """A yes-or-no parameter of the URL: ``1`` and ``true`` mean yes, ``0``, ``false`` and absence mean no (D20)."""
        value = self.query(name)
        if value is None or value.lower() in _OFF:
            return False
        if value.lower() in _ON:
            self.log.is_dry_run = self.log.is_dry_run or name == DRY_RUN
            return True
        raise invalid("query_value_unknown", name, allowed=", ".join(_ON + _OFF))

    def refuse_dry_run(self) -> None:
        """Raises InvalidRequest for a dry run, in a route that cannot show a result without doing the work."""
        if self.flag(DRY_RUN):
            raise invalid("dry_run_not_here", DRY_RUN)

    def segment(self, name: str) -> str:
        """The part of the path in place of ``{name}``: percent-decoded, with its slashes, without outer blanks.

        Raises InvalidRequest when it is not percent-encoded UTF-8.
        """
        return decoded(self.path_params[name].encode("latin-1"), name).strip()

    def id_or_ref(self) -> str:
        """The identifier of a document in the path (D6).

        Raises InvalidRequest when it is empty or not percent-encoded UTF-8. An identifier that no document can have is
        refused as not found before anything is looked up.
        """
        reference = self.segment("id_or_ref")
        if not reference:
            raise invalid("field_empty", "id_or_ref")
        if len(reference) > MAX_REFERENCE or _CONTROL.search(reference):
            raise Refused("document_not_found")
        self.log.document = reference
        return reference
