"""The fields of a sale that say more than amounts and parties (wider-sales.md 4.1)."""

from collections.abc import Mapping
from typing import Any, Final

from ocote.dte import nit
from ocote.dte.mention_limits import MOST_APPENDIX_ROWS
from ocote.dte.mentions import (
    NO_MENTIONS,
    AppendixRow,
    AssociatedDocument,
    Delivery,
    Doctor,
    FinalBuyer,
    Mentions,
    Side,
    ThirdParty,
    Transport,
)
from ocote.dte.types import DOCUMENT_TYPES
from ocote.requests.description import FieldGroup, InnerList, InnerObject, RequestField, RequestObject
from ocote.requests.kinds import ChoiceValue, CodeValue, IdentifierValue, TextValue, YesNoValue
from ocote.requests.reading import FoundValues, Reading

_NOT_HERE: Final = "field_not_here"
_DOCUMENTS_NOT_HERE: Final = "documents_not_here"

SALE_CODES: Final = frozenset(row.code for row in DOCUMENT_TYPES.values() if row.family == "sale")
_EXPORTS: Final = frozenset(code for code in SALE_CODES if DOCUMENT_TYPES[code].is_export)
_INLAND: Final = SALE_CODES - _EXPORTS
_MOST: Final = {code: DOCUMENT_TYPES[code].most_documents for code in sorted(SALE_CODES)}
"""The most associated documents of each type of sale."""

_PRINCIPAL_NAME = RequestField("name", TextValue(250), "Name.", "Cooperativa El Jabalí de R.L.", required=True)
_PRINCIPAL_NIT = RequestField(
    "nit",
    TextValue(20),
    "NIT, with a right check digit; of a principal who is not domiciled, the tax number of that country.",
    "0614-180948-001-4",
    required=True,
)
_DOMICILED = RequestField(
    "domiciled",
    YesNoValue(),
    "Whether the principal is domiciled in El Salvador. v1.x has no place for one who is not: 409 `not_in_edition`.",
    default=True,
)


def _read_principal(reading: Reading) -> tuple[str, bool] | None:
    """The number of the principal, which is a NIT when the principal is domiciled, and whether it is."""
    domiciled = reading.read(_DOMICILED) is not False
    number = reading.read(_PRINCIPAL_NIT, IdentifierValue(parse=nit.parse_nit) if domiciled else None)
    return (number, domiciled) if number is not None else None


_PRINCIPAL = FieldGroup((_PRINCIPAL_NIT, _DOMICILED), _read_principal)
ON_BEHALF_OF: RequestField[FoundValues] = RequestField(
    "on_behalf_of",
    InnerObject(
        RequestObject(
            "Principal",
            "On whose account the company sells, as a commission agent does: one principal in a document, and none of "
            "the company's own sales beside.",
            (_PRINCIPAL_NAME, _PRINCIPAL),
        )
    ),
    only_for=SALE_CODES,
    elsewhere=_NOT_HERE,
)

_FINAL_NAME = RequestField("name", TextValue(250), "Name.", "Café Import GmbH", required=True)
_FINAL_NUMBER = RequestField(
    "document_number", TextValue(20), "Number of an identity document.", "EXT-4411", required=True
)
_BOUGHT_FOR: RequestField[FoundValues] = RequestField(
    "bought_for",
    InnerObject(
        RequestObject(
            "FinalBuyer",
            "For whom the buyer, a logistics operator of MH's list, buys. An 11 of v2.0 alone.",
            (_FINAL_NAME, _FINAL_NUMBER),
        )
    ),
    only_for=_EXPORTS,
    elsewhere=_NOT_HERE,
)

_SIDE: RequestField[Side] = RequestField(
    "side",
    CodeValue({"issuer": "of the company", "receiver": "of the buyer"}, "document_side_unknown"),
    "Whose document it is.",
    "receiver",
    required=True,
)
_DOCUMENT_NAME = RequestField("name", TextValue(100), "What document it is.", "Orden de compra", required=True)
_DETAIL = RequestField("detail", TextValue(300), "Its number and data.", "OC-2027-0031", required=True)
_DOCUMENTS: RequestField[list[FoundValues]] = RequestField(
    "documents",
    InnerList(
        RequestObject(
            "AssociatedDocument",
            "A document of the company or of the buyer that goes with the sale: a permit, an order, a policy.",
            (_SIDE, _DOCUMENT_NAME, _DETAIL),
        ),
        max(_MOST.values()),
        least=0,
        too_many="documents_too_many",
        most_for=_MOST,
    ),
    "An 11 takes 20 of `documents` and `transport` together, a 01 or 03 10 of `documents` and `doctors`.",
    only_for=SALE_CODES,
    elsewhere=_NOT_HERE,
)

_DOCTOR_NAME = RequestField("name", TextValue(100), "Name of the doctor.", "Marta Alvarenga", required=True)
_DOCTOR_NIT = RequestField(
    "nit", IdentifierValue("^[0-9-]{9,20}$", nit.parse_nit), "NIT of the doctor.", "0614-180948-001-4"
)
_DOCTOR_DOCUMENT = RequestField(
    "document_number", TextValue(25), "Document of a doctor who is not domiciled, instead.", "P-998877"
)
_SERVICES: Final[Mapping[int, str]] = {
    1: "surgery",
    2: "operation",
    3: "medical treatment",
    4: "surgery for the teachers' welfare institute (ISBM)",
    5: "operation for the ISBM",
    6: "medical treatment for the ISBM",
}
_SERVICE = RequestField("service", ChoiceValue(_SERVICES, "doctor_service_unknown"), "CAT-010.", 1, required=True)


def _check_doctor(reading: Reading) -> None:
    if reading.has(_DOCTOR_NIT) and reading.has(_DOCTOR_DOCUMENT):
        reading.refuse(_DOCTOR_DOCUMENT, "doctor_identity_twice")
    elif not reading.has(_DOCTOR_NIT) and not reading.has(_DOCTOR_DOCUMENT):
        reading.refuse(_DOCTOR_NIT, "doctor_identity_missing")


_DOCTORS: RequestField[list[FoundValues]] = RequestField(
    "doctors",
    InnerList(
        RequestObject(
            "Doctor",
            "A doctor whose service is sold, for companies that file the form F-958.",
            (_DOCTOR_NAME, _DOCTOR_NIT, _DOCTOR_DOCUMENT, _SERVICE),
            check=_check_doctor,
        ),
        max(_MOST[code] for code in _INLAND),
        least=0,
        too_many="documents_too_many",
    ),
    "10 of `documents` and `doctors` together.",
    only_for=_INLAND,
    elsewhere=_DOCUMENTS_NOT_HERE,
)

_MODES: Final[Mapping[int, str]] = {1: "land", 2: "air", 3: "sea", 4: "rail", 5: "multimodal", 6: "mail"}
_MODE = RequestField(
    "mode",
    ChoiceValue(_MODES, "transport_mode_unknown"),
    "CAT-030; v1.x takes 1 to 4.",
    1,
    required=True,
)
_PLATE = RequestField("plate", TextValue(70, shortest=5), "Plate or number of the vehicle.", "C123456", required=True)
_DRIVER_DOCUMENT = RequestField(
    "driver_document", TextValue(100, shortest=5), "Identity document of the driver.", "00016297-5", required=True
)
_DRIVER_NAME = RequestField(
    "driver_name", TextValue(200, shortest=5), "Name of the driver.", "Marta Alvarenga", required=True
)
_TRANSPORT: RequestField[list[FoundValues]] = RequestField(
    "transport",
    InnerList(
        RequestObject(
            "Transport",
            "A vehicle that carries the goods of an export.",
            (_MODE, _PLATE, _DRIVER_DOCUMENT, _DRIVER_NAME),
        ),
        max(_MOST[code] for code in _EXPORTS),
        least=0,
        too_many="documents_too_many",
    ),
    "20 of `documents` and `transport` together.",
    only_for=_EXPORTS,
    elsewhere=_DOCUMENTS_NOT_HERE,
)

_NOTED: Final = frozenset(DOCUMENT_TYPES)
_REMARKS = RequestField(
    "remarks",
    TextValue(3000, most_breaks=50),
    "Free text of the document. An 11 of v1.x takes 500 characters.",
    "Entregado en recepción",
    only_for=_NOTED,
    elsewhere=_NOT_HERE,
)
_ROW_FIELD = RequestField("field", TextValue(25), "Name of the datum.", "vendedor", required=True)
_ROW_LABEL = RequestField("label", TextValue(50), "The datum as people read it.", "Vendedor", required=True)
_ROW_VALUE = RequestField("value", TextValue(150), "Its value.", "V-07", required=True)
_APPENDIX: RequestField[list[FoundValues]] = RequestField(
    "appendix",
    InnerList(
        RequestObject("AppendixRow", "A datum of the company's own.", (_ROW_FIELD, _ROW_LABEL, _ROW_VALUE)),
        MOST_APPENDIX_ROWS,
        least=0,
        too_many="appendix_too_long",
    ),
    only_for=_NOTED,
    elsewhere=_NOT_HERE,
)

_DELIVERED_BY = RequestField("delivered_by", TextValue(100), "Who hands over.", "Marta Alvarenga")
_DELIVERED_BY_DOCUMENT = RequestField("delivered_by_document", TextValue(25), "Identity document.", "00016297-5")
_RECEIVED_BY = RequestField("received_by", TextValue(100), "Who receives.", "Marta Alvarenga")
_RECEIVED_BY_DOCUMENT = RequestField("received_by_document", TextValue(25), "Identity document.", "00016297-5")
_VEHICLE_PLATE = RequestField("vehicle_plate", TextValue(10), "Plate of the vehicle.", "P123456")
_DELIVERY: RequestField[FoundValues] = RequestField(
    "delivery",
    InnerObject(
        RequestObject(
            "Delivery",
            "Who hands over and who receives, which the law demands from 11,428.57 on: in v1.x a person who is sent "
            "has name and document there, and one who is not is the company's responsible person or the buyer. v2.0 "
            "says it in rows of the appendix, which count as such.",
            (_DELIVERED_BY, _DELIVERED_BY_DOCUMENT, _RECEIVED_BY, _RECEIVED_BY_DOCUMENT, _VEHICLE_PLATE),
        )
    ),
    only_for=_INLAND,
    elsewhere=_NOT_HERE,
)

MENTION_FIELDS: Final[tuple[RequestField[Any], ...]] = (
    ON_BEHALF_OF,
    _BOUGHT_FOR,
    _DOCUMENTS,
    _DOCTORS,
    _TRANSPORT,
    _REMARKS,
    _APPENDIX,
    _DELIVERY,
)

NOTED_FIELDS: Final[tuple[RequestField[Any], ...]] = (_REMARKS, _APPENDIX)
"""The remarks and the appendix, which purchases have too."""


def check_mentions(reading: Reading) -> None:
    """Notes what contradicts itself: two third parties, and more documents than the type takes in all."""
    found = reading.found
    if found.get(ON_BEHALF_OF) is not None and found.get(_BOUGHT_FOR) is not None:
        reading.refuse(_BOUGHT_FOR, "third_parties_both")
    row = DOCUMENT_TYPES.get(reading.document_type or "")
    lists = [field for field in (_DOCUMENTS, _DOCTORS, _TRANSPORT) if found.get(field)]
    count = sum(len(found[field]) for field in lists)
    if row is not None and count > row.most_documents:
        reading.refuse(lists[-1], "documents_too_many", limit=row.most_documents)


def mentions_of(found: FoundValues) -> Mentions | None:
    """Everything that is said beside amounts and parties but the related documents; None for nothing."""
    mentions = Mentions(
        on_behalf_of=third_party(found.get(ON_BEHALF_OF)),
        bought_for=_final_buyer(found.get(_BOUGHT_FOR)),
        documents=tuple(
            AssociatedDocument(each[_SIDE], each[_DOCUMENT_NAME], each[_DETAIL]) for each in found.get(_DOCUMENTS) or ()
        ),
        doctors=tuple(map(_doctor, found.get(_DOCTORS) or ())),
        transport=tuple(
            Transport(each[_MODE], each[_PLATE], each[_DRIVER_DOCUMENT], each[_DRIVER_NAME])
            for each in found.get(_TRANSPORT) or ()
        ),
        remarks=found.get(_REMARKS),
        appendix=tuple(
            AppendixRow(each[_ROW_FIELD], each[_ROW_LABEL], each[_ROW_VALUE]) for each in found.get(_APPENDIX) or ()
        ),
        delivery=_delivery(found.get(_DELIVERY)),
    )
    return None if mentions == NO_MENTIONS else mentions


def third_party(found: FoundValues | None) -> ThirdParty | None:
    """The principal of a document; None for one of the company's own sales."""
    if found is None:
        return None
    number, domiciled = found[_PRINCIPAL]
    return ThirdParty(found[_PRINCIPAL_NAME], number, domiciled)


def _final_buyer(found: FoundValues | None) -> FinalBuyer | None:
    return None if found is None else FinalBuyer(found[_FINAL_NAME], found[_FINAL_NUMBER])


def _doctor(found: FoundValues) -> Doctor:
    return Doctor(found[_DOCTOR_NAME], found[_SERVICE], found.get(_DOCTOR_NIT), found.get(_DOCTOR_DOCUMENT))


def _delivery(found: FoundValues | None) -> Delivery | None:
    if found is None:
        return None
    delivery = Delivery(
        delivered_by=found.get(_DELIVERED_BY),
        delivered_by_document=found.get(_DELIVERED_BY_DOCUMENT),
        received_by=found.get(_RECEIVED_BY),
        received_by_document=found.get(_RECEIVED_BY_DOCUMENT),
        vehicle_plate=found.get(_VEHICLE_PLATE),
    )
    return None if delivery == Delivery() else delivery
