"""``identificacion``: the type, numbers, moment and transmission of a document (rules.md 3, 4)."""

from typing import Any

from ocote.dte.local_time import date_and_hour
from ocote.dte.sale import Identity
from ocote.dte.schedule import Edition
from ocote.dte.sections.transmission import transmission
from ocote.dte.types import DOCUMENT_TYPES


def identification(identity: Identity, edition: Edition) -> dict[str, Any]:
    """The block ``identificacion`` in ``edition``; the credit note of v2.0 adds ``fusion``.

    Raises InvalidSale when the text of a contingency does not fit the type in this edition.
    """
    written = DOCUMENT_TYPES[identity.doc_type].editions[edition]
    sent = transmission(identity.contingency, written.contingency_text)
    date, hour = date_and_hour(identity.issued_at)
    return {
        "version": written.version,
        "ambiente": identity.environment,
        "tipoDte": identity.doc_type,
        "numeroControl": identity.control_number,
        "codigoGeneracion": identity.generation_code,
        "tipoModelo": sent.model,
        "tipoOperacion": sent.operation,
        "tipoContingencia": sent.kind,
        written.contingency_text.key: sent.reason,
        "fecEmi": date,
        "horEmi": hour,
        "tipoMoneda": "USD",
    }
