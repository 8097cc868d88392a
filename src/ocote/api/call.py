"""One authenticated request on its way through a route."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote_to_bytes

from ocote.api.gateway import Gateway
from ocote.api.requests.reference import MAX_REFERENCE
from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import Refused
from ocote.issuing.timing import StepTimes
from ocote.web.body import Receive, check_media_type, read_body
from ocote.web.invalid import invalid
from ocote.web.json_text import read_object

_STRAY_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ON = ("1", "true")
_OFF = ("0", "false")


class Call:
    """What a route may know of a request: who calls, the parts of the URL, the headers, and the body when it asks."""

    __slots__ = ("_argument", "_headers", "_query", "_receive", "base_url", "gateway", "holder", "times")

    def __init__(
        self,
        gateway: Gateway,
        holder: KeyHolder,
        times: StepTimes,
        base_url: str,
        headers: Mapping[bytes, bytes],
        query_string: bytes,
        argument: bytes,
        receive: Receive,
    ) -> None:
        self.gateway = gateway
        self.holder = holder
        self.times = times
        self.base_url = base_url
        self._headers = headers
        self._query = query_of(query_string)
        self._argument = argument
        self._receive = receive

    async def json_object(self) -> dict[str, Any]:
        """The body. Raises InvalidRequest unless it is one JSON object (contract D2), ClientGone if nobody waits."""
        self._check_media_type()
        return read_object(await read_body(self._receive))

    async def json_object_if_any(self) -> dict[str, Any]:
        """The body where one is optional: an empty one counts as an empty object, whatever its content type."""
        body = await read_body(self._receive)
        if not body.strip():
            return {}
        self._check_media_type()
        return read_object(body)

    def _check_media_type(self) -> None:
        check_media_type(self._headers.get(b"content-type"), self._headers.get(b"content-encoding"))

    def header(self, name: bytes) -> str | None:
        """A header by its lower-case name. Raises InvalidRequest when it is not UTF-8."""
        try:
            value = self._headers.get(name)
            return value.decode("utf-8") if value is not None else None
        except UnicodeDecodeError:
            raise invalid("header_not_utf8", name.decode("ascii").title()) from None

    def query(self, name: str) -> str | None:
        """A parameter of the URL; the last one when it is repeated, None when it is absent."""
        values = self._query.get(name)
        return values[-1] if values else None

    def parameters(self) -> dict[str, str]:
        """All parameters of the URL, each with its last value."""
        return {name: values[-1] for name, values in self._query.items()}

    def flag(self, name: str) -> bool:
        """A yes-or-no parameter of the URL: ``1`` and ``true`` mean yes, ``0``, ``false`` and absence no (D20)."""
        value = self.query(name)
        if value is None or value.lower() in _OFF:
            return False
        if value.lower() in _ON:
            return True
        raise invalid("query_value_unknown", name, allowed=", ".join(_ON + _OFF))

    def refuse_dry_run(self) -> None:
        """Raises InvalidRequest for a dry run of something that cannot be shown without being done."""
        if self.flag("dry_run"):
            raise invalid("dry_run_not_here", "dry_run")

    def segment(self, name: str) -> str:
        """What the path says in place of ``{name}``: percent-decoded, slashes included, blanks around it gone.

        Raises InvalidRequest when it is not percent-encoded UTF-8.
        """
        raw = self._argument
        if b"%" in raw:
            if _STRAY_PERCENT.search(raw):
                raise invalid("path_malformed", name)
            raw = unquote_to_bytes(raw)
        try:
            return raw.decode("utf-8").strip()
        except UnicodeDecodeError:
            raise invalid("path_malformed", name) from None

    def id_or_ref(self) -> str:
        """The identifier of a document at the end of the path (D6).

        Raises InvalidRequest when it is empty or not percent-encoded UTF-8. One that no document can have is refused
        as not found before anything is looked up.
        """
        reference = self.segment("id_or_ref")
        if not reference:
            raise invalid("field_empty", "id_or_ref")
        if len(reference) > MAX_REFERENCE or _CONTROL.search(reference):
            raise Refused("document_not_found")
        return reference


def query_of(query_string: bytes) -> dict[str, list[str]]:
    """The parameters of a URL; bytes that are not UTF-8 become replacement characters, which match nothing."""
    return parse_qs(query_string.decode("latin-1"), keep_blank_values=True) if query_string else {}
