"""Decides what MH's answers mean: the verdict is ``estado``, never the HTTP status alone (``protocol.md`` 3.1)."""

from datetime import datetime
from typing import Final

from ocote.mh.fields import (
    Fields,
    answer_of,
    body_text,
    code_of,
    instant_of,
    json_object,
    observations_of,
    stamp_of,
    state_of,
    text_of,
    without_verdict,
)
from ocote.mh.outcomes import MhAnswer, NotFound, Outcome, Rejected, Stamped, Undetermined, UndeterminedKind

# A refusal may have one of these codes, which concern the call or MH itself, not the document (protocol.md 5.2).
_TOKEN_CODES: Final = frozenset({"107", "108"})
_SIGNATURE_SERVICE_DOWN: Final = "022"
_ACCEPTING_CODES: Final = frozenset({"001", "002", ""})
_NO_SUCH_DOCUMENT: Final = frozenset({"999", "014"})


def read_reception(status: int, body: bytes, generation_code: str) -> Outcome:
    """The outcome of sending one document (``protocol.md`` 3).

    An answer with a stamp for another generation code settles nothing.
    """
    text = body_text(body)
    fields = json_object(text)
    if fields is None:
        return without_verdict(status, text, None)
    return _verdict(status, fields, text, generation_code)


def read_query(status: int, body: bytes, generation_code: str) -> Outcome | NotFound:
    """The outcome of a query about a document (``protocol.md`` 4.1).

    A refusal counts as a refusal of the document only when it names the document: otherwise MH may have refused the
    question. Code 014 says that no such record exists. If MH meant a document related to this document, a second
    transmission brings the refusal again, therefore reading 014 as "not found" is safe.
    """
    text = body_text(body)
    fields = json_object(text)
    if fields is None:
        if status == 404 and not text.strip():
            return NotFound("HTTP 404")
        return without_verdict(status, text, None)
    return _nothing_there(status, fields) or _found(status, fields, text, generation_code)


def read_invalidation(status: int, body: bytes) -> Outcome:
    """The outcome of sending an invalidation event (``protocol.md`` 4.5).

    The generation code of the answer is not compared, because it is not known whether MH writes the code of the event
    or of its document.
    """
    text = body_text(body)
    fields = json_object(text)
    if fields is None:
        return without_verdict(status, text, None)
    return _verdict(status, fields, text, None)


def read_contingency_event(status: int, body: bytes) -> Outcome:
    """The outcome of sending a contingency event, whose answer has other field names (``protocol.md`` 4.4)."""
    text = body_text(body)
    fields = json_object(text)
    if fields is None:
        return without_verdict(status, text, None)
    answer = MhAnswer(
        state=state_of(fields),
        stamp=stamp_of(fields),
        generation_code=None,
        processed_at=instant_of(fields, "fechaHora"),
        class_code=code_of(fields, "clasificaMsg"),
        code=code_of(fields, "codigoMsg"),
        description=text_of(fields, "mensaje"),
        observations=observations_of(fields),
        raw=text,
    )
    return _by_state(status, answer, fields)


def event_answered_at(raw: str) -> datetime | None:
    """The moment of MH's answer to a contingency event, by MH's clock, as an aware instant in UTC (``fechaHora``)."""
    fields = json_object(raw)
    return instant_of(fields, "fechaHora") if fields is not None else None


def document_answered_at(raw: str) -> datetime | None:
    """The moment of MH's answer to a document, by MH's clock, as an aware instant in UTC (``fhProcesamiento``)."""
    fields = json_object(raw)
    return instant_of(fields, "fhProcesamiento") if fields is not None else None


def read_listed(fields: Fields, raw: str) -> Outcome:
    """The outcome of one document of a lot (``protocol.md`` 4.3)."""
    return _verdict(200, fields, raw, None)


def _nothing_there(status: int, fields: Fields) -> NotFound | None:
    state, code = state_of(fields), code_of(fields, "codigoMsg")
    if state == "PROCESADO":
        return None
    if code in _NO_SUCH_DOCUMENT:
        return NotFound(f"HTTP {status}, code {code}")
    if status == 404 and not state:
        return NotFound("HTTP 404")
    if status in {200, 400} and "estado" in fields and fields["estado"] in (None, ""):
        return NotFound(f"HTTP {status}, empty state")
    return None


def _found(status: int, fields: Fields, text: str, generation_code: str) -> Outcome:
    outcome = _verdict(status, fields, text, generation_code)
    if isinstance(outcome, Rejected) and outcome.answer.generation_code is None:
        return Undetermined(
            UndeterminedKind.UNREADABLE,
            f"HTTP {status}, a refusal with code {outcome.answer.code!r} that names no document",
        )
    return outcome


def _verdict(status: int, fields: Fields, text: str, generation_code: str | None) -> Outcome:
    answer = answer_of(fields, text)
    if generation_code and answer.generation_code and answer.generation_code != generation_code.upper():
        return Undetermined(
            UndeterminedKind.UNREADABLE, f"HTTP {status}, about another document: {answer.generation_code[:36]!r}"
        )
    if answer.state == "RECHAZADO" and answer.code in _TOKEN_CODES:
        return Undetermined(UndeterminedKind.UNAUTHORIZED, f"HTTP {status}, code {answer.code}")
    if answer.state == "RECHAZADO" and answer.code == _SIGNATURE_SERVICE_DOWN:
        return Undetermined(
            UndeterminedKind.SERVER_ERROR, f"HTTP {status}, code 022: MH's signature service is not available"
        )
    return _by_state(status, answer, fields)


def _by_state(status: int, answer: MhAnswer, fields: Fields) -> Outcome:
    """The outcome by ``estado``; the stamp decides whether ``OBSERVADO`` is an acceptance (contract 15.1, D8)."""
    match answer.state:
        case "PROCESADO" | "RECIBIDO" | "OBSERVADO" if answer.stamp is not None:
            return Stamped(answer)
        case "OBSERVADO" if answer.code not in _ACCEPTING_CODES:
            return Rejected(answer)
        case "PROCESADO" | "RECIBIDO" | "OBSERVADO":
            return Undetermined(
                UndeterminedKind.UNREADABLE, f"HTTP {status}, {answer.state} without a well-formed stamp"
            )
        case "RECHAZADO":
            return Rejected(answer)
        case _:
            return without_verdict(status, answer.raw, fields)
