"""Requests to the API in words: what was asked, what was answered, and how a fault is mended. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import quote
from uuid import UUID

import msgspec
from msgspec import Struct

from ocote.errors import ANSWER_WARNINGS, ENTRIES
from ocote.panel.frame.moments import shown_moment
from ocote.panel.frame.phrases import phrase
from ocote.panel.requests.lines import lines_in_body
from ocote.requests.trial import TrialAnswer
from ocote.store.api_requests import RequestRow
from ocote.web.json_text import WHOLE_BODY

RequestTone = Literal["good", "waiting", "bad", "info"]

_STATUS_WORDS: Final[Mapping[int, str]] = {
    0: "El cliente se fue",
    400: "Datos por corregir",
    401: "No se dejó entrar",
    403: "No se permite",
    404: "No existe",
    405: "Método equivocado",
    409: "No se puede ahora",
    413: "Demasiado grande",
    429: "Demasiadas solicitudes",
    500: "Fallo del servicio",
    503: "No disponible",
}
_DONE: Final = "Respondida"
_REFUSED: Final = "Rechazada"
_UNKNOWN: Final = "unknown"
"""The route of a path that the API does not have."""

_PLACES: Final = ("{id_or_ref}",)
_AMOUNTS: Final = (
    ("amount_taxable", "Gravado"),
    ("amount_exempt", "Exento"),
    ("amount_not_subject", "No sujeto"),
    ("amount_vat", "IVA"),
    ("amount_taxes", "Otros tributos"),
    ("amount_withheld", "Retenido"),
    ("amount_payable", "Total a pagar"),
)


_VALUE: Final = re.compile(r"\{[^{}]*\}")
"""The place of a value in a text of the table of codes."""


class StatusWords(Struct, frozen=True):
    """A status of HTTP in words."""

    tone: RequestTone
    text: str


class RequestLine(Struct, frozen=True):
    """A request of the list. ``document_href`` is empty for a document that is known by a reference alone."""

    id: int
    at: str
    call: str
    status: StatusWords
    number: str
    code: str
    document: str
    document_id: str
    ms: int
    key: str
    is_dry_run: bool


class FaultWords(Struct, frozen=True):
    """A fault or a warning: of a trial as it was answered, of the log with the general text of its code.

    ``cause`` and ``remedy`` are those of the table of codes, in English. ``line`` is the line of the body, where it is
    known.
    """

    field: str
    message: str
    code: str
    cause: str = ""
    remedy: str = ""
    line: int | None = None


class _Said(Struct):
    code: str = ""
    field: str = ""
    message: str = ""


class _Answer(Struct):
    detail: str = ""
    code: str = ""
    errors: tuple[_Said, ...] = ()
    warnings: tuple[_Said, ...] = ()


class AnswerWords(Struct, frozen=True):
    """The answer to a call that was tried."""

    status: StatusWords
    number: int
    detail: str
    faults: tuple[FaultWords, ...]
    warnings: tuple[FaultWords, ...]
    totals: tuple[tuple[str, Any], ...]
    text: str
    is_duplicate: bool


def status_words(status: int) -> StatusWords:
    """A status of HTTP in words; 0 for a client that went away."""
    text = _STATUS_WORDS.get(status, _DONE if 0 < status < 400 else _REFUSED)
    tone: RequestTone = "good" if 0 < status < 400 else "bad" if status >= 500 else "waiting"
    return StatusWords(tone, text)


def request_line(row: RequestRow) -> RequestLine:
    """One request in words."""
    return RequestLine(
        id=row.id,
        at=shown_moment(row.at),
        call=f"{row.method} {row.route}"
        if row.route != _UNKNOWN
        else phrase("%(method)s, otra ruta", method=row.method),
        status=status_words(row.status),
        number=str(row.status) if row.status else "",
        code=row.code or "",
        document=row.document or "",
        document_id=document_id_of(row),
        ms=row.ms,
        key=row.key_prefix,
        is_dry_run=row.is_dry_run,
    )


def request_lines(rows: Iterable[RequestRow]) -> tuple[RequestLine, ...]:
    """The requests of a page in words."""
    return tuple(map(request_line, rows))


def document_id_of(row: RequestRow) -> str:
    """The id of the document that the request was about; "" where only a reference is known."""
    try:
        return str(UUID(row.document or ""))
    except ValueError:
        return ""


def faults_of(row: RequestRow) -> tuple[FaultWords, ...]:
    """The faults of a request with what the table of codes says of them."""
    return tuple(_explained(_worded(each)) for each in _kept(row.faults))


def warnings_of(row: RequestRow) -> tuple[FaultWords, ...]:
    """The warnings of a request."""
    said = (_worded(each) for each in _kept(row.warnings))
    return tuple(FaultWords(each.field, each.message, each.code) for each in said)


def path_to_repeat(row: RequestRow) -> str | None:
    """The path of the request as a client would write it; None when it is not known any more."""
    path = row.route
    for place in _PLACES:
        path = path.replace(place, quote(row.document or "", safe="")) if row.document else path
    if not path.startswith("/") or "{" in path:
        return None
    return f"{path}?dry_run=1" if row.is_dry_run else path


def answer_words(answer: TrialAnswer, body: str) -> AnswerWords:
    """The answer to a call in words; ``body`` is what was sent, in which the faults are found."""
    said = msgspec.json.decode(answer.content, type=_Answer)
    values = msgspec.json.decode(answer.content, type=dict[str, Any])
    listed = said.errors or ((_Said(said.code, "", said.detail),) if said.code else ())
    named = {each.field for each in (*listed, *said.warnings)} - {WHOLE_BODY}
    lines = lines_in_body(body, named)
    return AnswerWords(
        status=status_words(answer.status),
        number=answer.status,
        detail=said.detail,
        faults=tuple(msgspec.structs.replace(_explained(each), line=lines.get(each.field)) for each in listed),
        warnings=tuple(
            FaultWords(each.field, each.message, each.code, line=lines.get(each.field)) for each in said.warnings
        ),
        totals=tuple((label, values[name]) for name, label in _AMOUNTS if values.get(name)),
        text=msgspec.json.format(answer.content, indent=2).decode(),
        is_duplicate=bool(values.get("is_duplicate")),
    )


def _kept(text: str) -> Sequence[_Said]:
    try:
        return msgspec.json.decode(text, type=list[_Said])
    except msgspec.DecodeError:
        return ()


def _worded(said: _Said) -> _Said:
    """A fault or a warning of the log, which keeps no text, with the text of its code: a mark stands for each value."""
    entry = ENTRIES.get(said.code) or ANSWER_WARNINGS.get(said.code)
    text = entry.message.replace("{field}", said.field) if entry is not None else ""
    return _Said(said.code, said.field, _VALUE.sub("…", text))


def _explained(said: _Said) -> FaultWords:
    entry = ENTRIES.get(said.code)
    cause, remedy = (entry.cause, entry.remedy) if entry is not None else ("", "")
    return FaultWords(said.field, said.message, said.code, cause, remedy)
