"""The person a document names: the buyer of a sale, the seller of a purchase (contract 7.3, 11.1, D13)."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from ocote.documents.view import AnswerWarning
from ocote.dte import catalogs, dui, nit, nrc
from ocote.dte.catalogs import Catalog
from ocote.dte.sale import ABROAD, IdentityDocument
from ocote.dte.sections.parties import DUI_DOCUMENT, NIT_DOCUMENT
from ocote.dte.types import DOCUMENT_TYPES
from ocote.issuing.request import CustomerData, Place
from ocote.requests.description import AtLeastOne, FieldGroup, InnerObject, RequestField, RequestObject
from ocote.requests.examples import SUBJECT_SAMPLE
from ocote.requests.kinds import ChoiceValue, CodeValue, EmailValue, IdentifierValue, TextValue, catalog_code
from ocote.requests.mentions import SALE_CODES
from ocote.requests.place import PLACE
from ocote.requests.reading import FoundValues, Reading, read_by
from ocote.web.invalid import invalid

MAX_NAME = 250

_NOT_HERE = "field_not_here"

ACTIVITY = CodeValue[str](
    catalogs.labels(Catalog.ACTIVITIES), "activity_code_unknown", catalog=Catalog.ACTIVITIES, pattern="^[0-9]{5}$"
)
"""An economic activity."""

ISSUER_ACTIVITY = RequestField(
    "activity_code", ACTIVITY, "Your own activity for this document; the company's main one when absent."
)

_TO_TAXPAYERS = frozenset(row.code for row in DOCUMENT_TYPES.values() if row.needs_taxpayer)
_FOR_TAXPAYERS = {
    code: "ccf_customer_field_missing" if code in SALE_CODES else "note_customer_field_missing"
    for code in sorted(_TO_TAXPAYERS)
}

_NAME = RequestField(
    "name",
    TextValue(MAX_NAME),
    "Name or business name.",
    "Distribuidora Izalco, S.A. de C.V.",
    required=True,
    required_for=_FOR_TAXPAYERS,
)
_OTHER_TYPE = RequestField(
    "document_type",
    CodeValue[str](catalogs.labels(Catalog.IDENTITY_DOCUMENTS), "document_type_unknown"),
    "CAT-022, with `document_number`, in place of `nit` and `dui`.",
    "03",
)
_OTHER_NUMBER = RequestField(
    "document_number",
    TextValue(20),
    "Its number; a DUI or NIT with a right check digit.",
    "A1234567",
)
_DUI = RequestField(
    "dui",
    IdentifierValue("^[0-9-]{9,12}$", dui.parse_dui),
    "9 digits with a right check digit; the hyphen is taken out.",
    "00016297-5",
)
_NIT = RequestField(
    "nit",
    IdentifierValue("^[0-9-]{9,20}$", nit.parse_nit),
    "14 digits, or the 9 of the homologated DUI, with a right check digit; hyphens are taken out.",
    "0614-180948-001-4",
    required_for=_FOR_TAXPAYERS,
    substitutes=(_OTHER_TYPE, _DUI),
)
_ACTIVITY_CODE = RequestField("activity_code", ACTIVITY, "Economic activity of the person.")
_ADDRESS = RequestField("address", TextValue(200, most_breaks=10), "Street and number.", "Calle Los Almendros, casa 12")
_EMAIL = RequestField("email", EmailValue(), "Where the document is sent once it is stamped.", "compras@example.com")
_PHONE = RequestField("phone", TextValue(30, shortest=8), "Telephone number.", "2222-0000")
_NRC = RequestField(
    "nrc",
    IdentifierValue("^[0-9-]{2,12}$", nrc.parse_nrc),
    "VAT registration number, 2 to 8 digits; the hyphen is taken out.",
    "231894-5",
    required_for=_FOR_TAXPAYERS,
)
_TYPE_CONTRIBUTOR = RequestField(
    "type_contributor",
    ChoiceValue({1: "small", 2: "medium", 3: "large", 4: "government"}, "type_contributor_unknown"),
    "Kind of taxpayer. Kinds 3 and 4 withhold 1 % of `amount_taxable` from 100.00 on.",
    required_for=dict.fromkeys(sorted(_TO_TAXPAYERS & SALE_CODES), "ccf_customer_field_missing"),
)

_COUNTRY = RequestField(
    "country",
    catalog_code(Catalog.COUNTRIES, "country_unknown", pattern="^[A-Z]{2}$"),
    "Country of a buyer or seller whose address is abroad, which `SV` is not; of an export the same as `country` "
    "beside. An invoice (01) of v1.x leaves it out, with a warning.",
    "US",
    only_for=frozenset(DOCUMENT_TYPES) - _TO_TAXPAYERS,
    elsewhere=_NOT_HERE,
)
_TRADE_NAME = RequestField(
    "trade_name",
    TextValue(150),
    "Trade name, of a CCF (03), a note (05) or an export (11).",
    "El Centro",
    only_for=frozenset(row.code for row in DOCUMENT_TYPES.values() if row.needs_taxpayer or row.is_export),
    elsewhere=_NOT_HERE,
)
_HOME = "SV"
"""El Salvador in CAT-020, which makes no address abroad."""

_CHECKED: Mapping[str, Callable[[str], str]] = {DUI_DOCUMENT: dui.parse_dui, NIT_DOCUMENT: nit.parse_nit}


def _read_identity(reading: Reading) -> IdentityDocument | None:
    """The kind (CAT-022) and number of an identity document; a DUI or a NIT must be one."""
    kind = reading.read(_OTHER_TYPE)
    parse = _CHECKED.get(kind or "")
    number = reading.read(_OTHER_NUMBER, IdentifierValue(parse=parse) if parse is not None else None)
    for sent, absent in ((_OTHER_TYPE, _OTHER_NUMBER), (_OTHER_NUMBER, _OTHER_TYPE)):
        if reading.has(sent) and not reading.has(absent):
            reading.refuse(absent, "identity_incomplete")
    return IdentityDocument(kind, number) if kind is not None and number is not None else None


_IDENTITY = FieldGroup((_OTHER_TYPE, _OTHER_NUMBER), _read_identity)


def _check_customer(reading: Reading) -> None:
    """Notes an identity that the type does not take, beside what is noted of every person."""
    _check_person(reading)
    document = reading.found.get(_IDENTITY)
    is_another = document is not None and document.kind != NIT_DOCUMENT
    is_dui = reading.has(_DUI) or (document is not None and document.kind == DUI_DOCUMENT)
    missing = _NIT.required_for.get(reading.document_type or "")
    if missing is not None and not reading.has(_NIT) and (is_another or (document is None and reading.has(_DUI))):
        reading.refuse(_NIT, missing, "; el DUI va en nit" if is_dui else "")
    elif missing is None and is_another and reading.has(_NRC):
        reading.refuse(_NRC, "nrc_needs_nit")


def _is_export(document_type: str | None) -> bool:
    row = DOCUMENT_TYPES.get(document_type or "")
    return row is not None and row.is_export


def _check_person(reading: Reading) -> None:
    """Notes two identities, and a country that makes no address abroad.

    The country of an export may be El Salvador itself, whose free zones are outside its customs territory.
    """
    if reading.has(_OTHER_TYPE) and (reading.has(_NIT) or reading.has(_DUI)):
        reading.refuse(_OTHER_TYPE, "identity_twice")
    if reading.found.get(_COUNTRY) is None:
        return
    place = reading.found.get(PLACE)
    if place is not None and place.department != ABROAD:
        reading.ignore(_COUNTRY, "la dirección es la de un lugar de El Salvador")
    elif reading.found[_COUNTRY] == _HOME and not _is_export(reading.document_type):
        reading.ignore(_COUNTRY, "SV no es un país del extranjero; un lugar de El Salvador se envía con district")


_CUSTOMER = RequestObject(
    "Customer",
    "The buyer. For a CCF (03) `name`, `nit`, `nrc` and `type_contributor` are required, for a note (05) `name`, `nit` "
    "and `nrc`, for the others the name.",
    (
        _NAME,
        _NIT,
        _DUI,
        _IDENTITY,
        _ACTIVITY_CODE,
        PLACE,
        _COUNTRY,
        _ADDRESS,
        _EMAIL,
        _PHONE,
        _NRC,
        _TYPE_CONTRIBUTOR,
        _TRADE_NAME,
    ),
    check=_check_customer,
)
_SUBJECT = RequestObject(
    "Subject",
    "The seller, a natural person without NRC. `dui`, `nit` or another document is required.",
    (_NAME, _NIT, _DUI, _IDENTITY, _ACTIVITY_CODE, PLACE, _COUNTRY, _ADDRESS, _EMAIL, _PHONE),
    at_least_one=AtLeastOne((_DUI, _NIT, _OTHER_TYPE, _OTHER_NUMBER), "subject_identity_missing"),
    check=_check_person,
    foreign=(_TRADE_NAME,),
    sample=SUBJECT_SAMPLE,
)

REMEMBERED = replace(
    _CUSTOMER,
    name="RememberedCustomer",
    meaning="A customer as the company remembers it, for documents of every type: an export takes every field.",
    only_type=next(code for code, row in DOCUMENT_TYPES.items() if row.is_export),
)

CUSTOMER: RequestField[FoundValues] = RequestField(
    "customer", InnerObject(_CUSTOMER), required_for=dict.fromkeys(sorted(_TO_TAXPAYERS), "ccf_customer_missing")
)
SUBJECT: RequestField[FoundValues] = RequestField("subject", InnerObject(_SUBJECT), required=True)


def name_of(found: FoundValues) -> str | None:
    """The name of a person; None for a faulty one."""
    return found.get(_NAME)


def country_of(found: FoundValues) -> str | None:
    """The country of a buyer whose address is abroad; None for a faulty one and for one in El Salvador."""
    place = found.get(PLACE)
    return found.get(_COUNTRY) if place is None or place.department == ABROAD else None


def customer_data(found: FoundValues) -> CustomerData:
    """The buyer or the seller; by law the seller, an excluded subject, has no NRC (contract 11.1, D17)."""
    document, country = found.get(_IDENTITY), country_of(found)
    if country == _HOME:
        country = None
    kind, number = (document.kind, document.number) if document is not None else (None, None)
    return CustomerData(
        name=found[_NAME],
        nit=number if kind == NIT_DOCUMENT else found.get(_NIT),
        dui=number if kind == DUI_DOCUMENT else found.get(_DUI),
        nrc=found.get(_NRC),
        contributor_type=found.get(_TYPE_CONTRIBUTOR),
        activity_code=found.get(_ACTIVITY_CODE),
        place=found.get(PLACE) or (Place(ABROAD, ABROAD, ABROAD) if country is not None else None),
        address=found.get(_ADDRESS),
        email=found.get(_EMAIL),
        phone=found.get(_PHONE),
        document=document if kind not in _CHECKED else None,
        trade_name=found.get(_TRADE_NAME),
        country=country,
    )


def read_remembered(body: Mapping[str, Any], warnings: list[AnswerWarning] | None = None) -> CustomerData:
    """The customer that a person writes down, by the description of the customer of a document.

    Raises InvalidRequest with all faults, for a customer without NIT, DUI and NRC too.
    """
    reading = read_by(REMEMBERED, body, warnings=warnings)
    if not any(map(reading.has, (_NIT, _DUI, _NRC, _OTHER_NUMBER))):
        reading.refuse(_NIT, "customer_unidentified")
    customer = customer_data(reading.accepted())
    if not (customer.nit or customer.dui or customer.nrc):
        raise invalid("customer_unidentified", _NIT.name)
    return customer


def remembered_fields(customer: CustomerData) -> dict[str, Any]:
    """A customer as a request names its fields; None for what is not known."""
    place, document = customer.place, customer.document
    is_abroad = place is not None and place.department == ABROAD
    district, department, municipality = PLACE.fields
    return {
        _NAME.name: customer.name,
        _NIT.name: customer.nit,
        _DUI.name: customer.dui,
        _NRC.name: customer.nrc,
        _OTHER_TYPE.name: document.kind if document is not None else None,
        _OTHER_NUMBER.name: document.number if document is not None else None,
        _TYPE_CONTRIBUTOR.name: customer.contributor_type,
        _ACTIVITY_CODE.name: customer.activity_code,
        district.name: f"{place.department}{place.district}" if place is not None and place.district else None,
        department.name: place.department if place is not None and not place.district and not is_abroad else None,
        municipality.name: place.municipality if place is not None and not place.district and not is_abroad else None,
        _COUNTRY.name: customer.country,
        _ADDRESS.name: customer.address,
        _EMAIL.name: customer.email,
        _PHONE.name: customer.phone,
        _TRADE_NAME.name: customer.trade_name,
    }


def export_customer(found: FoundValues) -> CustomerData:
    """The buyer of an export, whose country is a term of the export."""
    return replace(customer_data(found), place=found.get(PLACE), country=None)
