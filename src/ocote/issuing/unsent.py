"""Warnings of data that a document has from elsewhere than the request, or leaves out of the request. Pure.

The finished document is compared with the request, so that nothing is invented in silence, whatever part of the program
completed it (contract D13, D14).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from ocote.documents.view import AnswerWarning
from ocote.dte import catalogs
from ocote.dte.export.foreign_receiver import OTHER_DOCUMENT, WITHOUT_NUMBER, domicile_in
from ocote.dte.invalidation.naming import name_can_be_cancelled
from ocote.dte.sale import ABROAD
from ocote.dte.sections.parties import DUI_DOCUMENT, NIT_DOCUMENT
from ocote.dte.types import DOCUMENT_TYPES, INVALIDATION, party_of
from ocote.issuing.order import IssuingPoint
from ocote.issuing.request import CustomerData

_BUYER: Final = "del cliente"
_SELLER: Final = "del vendedor"

_TOO_SHORT: Final = "el esquema de MH no admite un texto tan corto"
_ABROAD: Final = "la normativa v1.x no admite en él una dirección del extranjero"
_WITHOUT_PLACE: Final = "una dirección necesita además district, o department y municipality, o country"
_WITHOUT_STREET: Final = "sin una calle de 5 caracteres o más, el documento no lleva dirección"
_EXPORT_PLACE: Final = "una exportación solo lleva el país y la dirección"
_NRC_ALONE: Final = "lo lleva solo junto al NIT"
_NO_NRC: Final = "este tipo de documento no lo lleva"


class _Datum(Struct, frozen=True):
    """One datum of the other party: as sent, as the company's record completes it, and as the document says it.

    ``why`` says why the document may leave out what was sent.
    """

    field: str
    noun: str
    sent: object
    known: object
    written: str | None
    why: str = _TOO_SHORT


def party_warnings(document: Mapping[str, Any], sent: CustomerData, known: CustomerData) -> Iterator[AnswerWarning]:
    """A warning for each datum of the other party that the document has from elsewhere or leaves out of the request.

    ``known`` is ``sent`` completed with the company's record.
    """
    party = party_of(document)
    if party is None:
        return
    prefix, whose = ("subject", _SELLER) if _is_purchase(document) else ("customer", _BUYER)
    for datum in _data(party, sent, known):
        field, what = f"{prefix}.{datum.field}", f"{datum.noun} {whose}"
        if datum.sent is None and datum.written is not None:
            code = "buyer_field_filled" if datum.known is None else "remembered"
            yield AnswerWarning(code, field, {"what": what, "value": datum.written})
        elif datum.sent is not None and datum.written is None:
            yield AnswerWarning("field_left_out", field, {"what": what, "why": datum.why})
    if _identity(party) == (OTHER_DOCUMENT, WITHOUT_NUMBER) and sent.document is None:
        yield AnswerWarning("buyer_without_number", prefix, {"value": party["numDocumento"]})


def cancelling_warnings(document: Mapping[str, Any], point: IssuingPoint, field: str) -> Iterator[AnswerWarning]:
    """A warning when the event of the day's edition cannot repeat the other party's name (rules.md 5.3)."""
    party = party_of(document)
    if party is not None and not name_can_be_cancelled(party["nombre"], point.edition(INVALIDATION)):
        whose = _SELLER if _is_purchase(document) else _BUYER
        yield AnswerWarning("name_not_cancellable", field, {"whose": whose, "length": str(len(party["nombre"]))})


def _is_purchase(document: Mapping[str, Any]) -> bool:
    return DOCUMENT_TYPES[document["identificacion"]["tipoDte"]].is_purchase


def _data(party: Mapping[str, Any], sent: CustomerData, known: CustomerData) -> Iterator[_Datum]:
    kind, number = _identity(party)
    # Whoever has two numbers is named by one of them: the other one is no news.
    yield _Datum("nit", "NIT", sent.nit, known.nit, number if kind == NIT_DOCUMENT else sent.nit)
    yield _Datum("dui", "DUI", sent.dui, known.dui, number if kind == DUI_DOCUMENT else sent.dui)
    yield _Datum("trade_name", "nombre comercial", sent.trade_name, known.trade_name, party.get("nombreComercial"))
    why_no_nrc = _NRC_ALONE if "nrc" in party else _NO_NRC
    yield _Datum("nrc", "NRC", sent.nrc, known.nrc, party.get("nrc"), why_no_nrc)
    activity = " ".join(filter(None, (party.get("codActividad"), party["descActividad"]))) or None
    yield _Datum("activity_code", "actividad económica", sent.activity_code, known.activity_code, activity)
    yield from _place(party, sent, known)
    yield from _street(party, sent, known)
    yield _Datum("email", "correo electrónico", sent.email, known.email, party["correo"])
    yield _Datum("phone", "teléfono", sent.phone, known.phone, party["telefono"])


def _identity(party: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Kind (CAT-022) and number of the document that identifies the other party; a CCF names the NIT alone."""
    if "nit" in party:
        return NIT_DOCUMENT, party["nit"]
    return party["tipoDocumento"], party["numDocumento"]


def _place(party: Mapping[str, Any], sent: CustomerData, known: CustomerData) -> Iterator[_Datum]:
    """The place as a district; of a place that is known as a municipality, the district is a datum of its own."""
    is_district = known.place is None or known.place.district is not None
    field, noun = ("district", "distrito") if is_district else ("municipality", "municipio")
    if sent.country is not None:
        field, noun = "country", "país"
    written = _district_name(party)
    yield _Datum(field, noun, sent.place, known.place, written, _why_no_place(party, known))
    if not is_district:
        yield _Datum("district", "distrito", None, None, written)


def _district_name(party: Mapping[str, Any]) -> str | None:
    """The district of an address of either edition: v1.x has its code where v2.0 has that of the municipality."""
    address = party.get("direccion")
    if address is None:
        return None
    code = address.get("distrito", address["municipio"])
    return catalogs.districts()[address["departamento"], code].full_name


def _street(party: Mapping[str, Any], sent: CustomerData, known: CustomerData) -> Iterator[_Datum]:
    written = (party.get("direccion") or party).get("complemento")
    if known.address is None and known.country is not None and written == domicile_in(known.country):
        return
    if written == known.address:
        yield _Datum("address", "dirección", sent.address, known.address, written)
    else:
        yield _Datum("address", "dirección", sent.address, None, None, _why_no_street(party, known))
        yield _Datum("address", "dirección", None, None, written)


def _why_no_place(party: Mapping[str, Any], known: CustomerData) -> str:
    if _is_export(party):
        return _EXPORT_PLACE
    return _ABROAD if known.place is not None and known.place.department == ABROAD else _WITHOUT_STREET


def _why_no_street(party: Mapping[str, Any], known: CustomerData) -> str:
    if _is_export(party):
        return _TOO_SHORT
    if known.place is None:
        return _WITHOUT_PLACE
    return _ABROAD if known.place.department == ABROAD else _TOO_SHORT


def _is_export(party: Mapping[str, Any]) -> bool:
    """Whether the other party is that of an export, whose address is one text without a place."""
    return "complemento" in party
