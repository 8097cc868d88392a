"""Reads MH's answers about lots (``protocol.md`` 4.2 and 4.3)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from ocote.mh.answers import read_listed
from ocote.mh.fields import answer_of, body_text, instant_of, json_object, state_of, text_of, without_verdict
from ocote.mh.outcomes import MhAnswer, Rejected, Stamped, Undetermined


class LotReceived(Struct, frozen=True):
    """MH took the lot, without a verdict on any document yet; ``lot_code`` is the code to ask for the results."""

    lot_code: str
    processed_at: datetime | None
    raw: str


class LotRefused(Struct, frozen=True):
    """MH refused the lot as a whole, without a verdict on any document."""

    answer: MhAnswer


class LotResults(Struct, frozen=True):
    """The verdicts on a lot's documents by generation code; MH has not judged the missing documents yet."""

    outcomes: Mapping[str, Stamped | Rejected]


class _Lists(msgspec.Struct):
    procesados: list[msgspec.Raw] | None = None
    rechazados: list[msgspec.Raw] | None = None


_LISTS: Final = msgspec.json.Decoder(_Lists)


def read_lot_reception(status: int, body: bytes) -> LotReceived | LotRefused | Undetermined:
    """The outcome of sending a lot; only the field ``codigoLote`` is reliable."""
    text = body_text(body)
    fields = json_object(text)
    if fields is None:
        return without_verdict(status, text, None)
    state, lot_code = state_of(fields), text_of(fields, "codigoLote").strip()
    if lot_code and state != "RECHAZADO":
        return LotReceived(lot_code, instant_of(fields, "fhProcesamiento"), text)
    if state == "RECHAZADO" or (status == 400 and text_of(fields, "descripcionMsg")):
        return LotRefused(answer_of(fields, text))
    return without_verdict(status, text, fields)


def read_lot_results(status: int, body: bytes) -> LotResults | Undetermined:
    """The verdicts on a lot's documents until now; an entry without a clear verdict counts as not judged."""
    text = body_text(body)
    try:
        lists = _LISTS.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return without_verdict(status, text, json_object(text))
    if lists.procesados is None and lists.rechazados is None:
        return without_verdict(status, text, json_object(text))
    outcomes: dict[str, Stamped | Rejected] = {}
    for entry in [*(lists.rechazados or ()), *(lists.procesados or ())]:
        raw = body_text(bytes(entry))
        outcome = read_listed(json_object(raw) or {}, raw)
        if not isinstance(outcome, Undetermined) and outcome.answer.generation_code:
            outcomes[outcome.answer.generation_code] = outcome
    return LotResults(outcomes)
