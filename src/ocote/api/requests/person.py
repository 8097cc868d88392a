"""The person a document names: the buyer of a sale, the seller of a purchase (contract 7.3, 11.1, D13)."""

import re
from collections.abc import Callable
from uuid import UUID

from msgspec.structs import replace

from ocote.api.requests.fields import RequestFields
from ocote.dte import catalogs, dui, nit, nrc
from ocote.dte.catalogs import Catalog, District
from ocote.dte.faults import Fault, InvalidIdentifier
from ocote.issuing.request import CustomerData, Place

MAX_NAME = 250
MAX_ADDRESS = 200
MAX_EMAIL = 100
MIN_PHONE = 8
MAX_PHONE = 30
MAX_DOCUMENT_NUMBER = 20
_MAX_IDENTIFIER = 40

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"
)


def read_customer(fields: RequestFields, *, is_ccf: bool) -> CustomerData | None:
    """The buyer. A CCF (03) needs name, NIT, NRC and kind of taxpayer; the others need the name (contract 7.3, 7.4)."""
    if is_ccf:
        complete = [fields.require(name, "ccf_customer_field_missing") for name in _REQUIRED_FOR_CCF]
    else:
        complete = [fields.require("name")]
    person = replace(
        _read_person(fields),
        nrc=_identifier(fields, "nrc", nrc.parse_nrc),
        contributor_type=fields.choice("type_contributor", 4, "type_contributor_unknown"),
    )
    return person if all(complete) else None


_REQUIRED_FOR_CCF = ("name", "nit", "nrc", "type_contributor")


def read_seller(fields: RequestFields) -> CustomerData:
    """The excluded subject of a purchase: a name, and a DUI or a NIT; by law it has no NRC (contract 11.1, D17)."""
    fields.require("name")
    if not fields.has("dui") and not fields.has("nit"):
        fields.refuse("subject_identity_missing", "dui")
    return _read_person(fields)


def _read_person(fields: RequestFields) -> CustomerData:
    """What every person may have. The name is empty when it is missing or faulty."""
    return CustomerData(
        name=fields.text("name", MAX_NAME) or "",
        nit=_identifier(fields, "nit", nit.parse_nit),
        dui=_identifier(fields, "dui", dui.parse_dui),
        activity_code=read_activity(fields, "activity_code"),
        place=_place(fields),
        address=fields.text("address", MAX_ADDRESS, layout=True),
        email=read_email(fields, "email"),
        phone=_phone(fields),
    )


def read_activity(fields: RequestFields, name: str) -> str | None:
    """An economic activity (CAT-019)."""
    return fields.code(name, catalogs.labels(Catalog.ACTIVITIES), "activity_code_unknown")


def read_identity(fields: RequestFields) -> tuple[str | None, str | None]:
    """The kind (CAT-022) and number of an identity document; a DUI or a NIT must be one."""
    kind = fields.code("document_type", catalogs.labels(Catalog.IDENTITY_DOCUMENTS), "document_type_unknown")
    parse = _PARSERS.get(kind or "")
    if parse is not None:
        return kind, _identifier(fields, "document_number", parse)
    return kind, fields.text("document_number", MAX_DOCUMENT_NUMBER)


_PARSERS: dict[str, Callable[[str], str]] = {"13": dui.parse_dui, "36": nit.parse_nit}


def read_email(fields: RequestFields, name: str) -> str | None:
    """An address that MH's schema takes as an e-mail, at most 100 characters (D13)."""
    value = fields.text(name, MAX_EMAIL)
    if value is None or _EMAIL.fullmatch(value):
        return value
    fields.refuse("email_malformed", name)
    return None


def _identifier(fields: RequestFields, name: str, parse: Callable[[str], str]) -> str | None:
    value = fields.text(name, _MAX_IDENTIFIER)
    if value is None:
        return None
    try:
        return parse(value)
    except InvalidIdentifier as error:
        fields.faults.append(Fault(error.code, fields.path(name), error.message))
        return None


def _phone(fields: RequestFields) -> str | None:
    value = fields.text("phone", MAX_PHONE)
    if value is not None and len(value) < MIN_PHONE:
        fields.refuse("text_too_short", "phone", limit=MIN_PHONE)
        return None
    return value


def _place(fields: RequestFields) -> Place | None:
    """The place that ``district`` names, which settles the rest, or else department and municipality."""
    if fields.has("district"):
        return _place_of_district(fields)
    if fields.has("municipality"):
        return _place_of_municipality(fields)
    if fields.has("department") and _department(fields):
        fields.refuse("municipality_missing", "municipality")
    return None


def _place_of_district(fields: RequestFields) -> Place | None:
    sent = fields.text("district", _MAX_IDENTIFIER)
    if sent is None:
        return None
    district = _district_by_id(sent) if len(sent) > 4 else _district_by_code(fields, sent)
    if district is None:
        fields.refuse("district_unknown", "district")
        return None
    return Place(district.department, district.municipality, district.code)


def _district_by_id(sent: str) -> District | None:
    try:
        return catalogs.districts_by_id().get(UUID(sent))
    except ValueError:
        return None


def _district_by_code(fields: RequestFields, sent: str) -> District | None:
    """CAT-008: four digits with the department in front, or two under the ``department`` that was sent."""
    department, code = (sent[:2], sent[2:]) if len(sent) == 4 else (_department(fields), sent)
    return catalogs.districts().get((department or "", code))


def _place_of_municipality(fields: RequestFields) -> Place | None:
    """CAT-013: the two digits of the department's list, or four with the department in front (contract 14.2)."""
    sent = fields.text("municipality", _MAX_IDENTIFIER)
    department = _department(fields)
    if sent is None or (department is None and fields.has("department")):
        return None
    if department is None and len(sent) != 4:
        fields.refuse("department_missing", "department")
        return None
    code = sent[2:] if len(sent) == 4 and department in (None, sent[:2]) else sent
    department = department or sent[:2]
    if (department, code) in catalogs.municipalities():
        return Place(department, code)
    explanation = catalogs.explain_old_municipality(department, code)
    if explanation is not None:
        fields.faults.append(Fault("municipality_old", fields.path("municipality"), explanation))
    else:
        fields.refuse("municipality_unknown", "municipality", department=department)
    return None


def _department(fields: RequestFields) -> str | None:
    return fields.code("department", catalogs.departments(), "department_unknown")
