"""The person a document names: the buyer of a sale, the seller of a purchase (contract 7.3, 11.1, D13)."""

from ocote.api.requests.description import AtLeastOne, InnerObject, RequestField, RequestObject
from ocote.api.requests.kinds import ChoiceValue, CodeValue, EmailValue, IdentifierValue, TextValue
from ocote.api.requests.place import PLACE
from ocote.api.requests.reading import FoundValues
from ocote.dte import catalogs, dui, nit, nrc
from ocote.dte.catalogs import Catalog
from ocote.dte.types import DOCUMENT_TYPES
from ocote.issuing.request import CustomerData

MAX_NAME = 250

ACTIVITY = CodeValue[str](
    catalogs.labels(Catalog.ACTIVITIES), "activity_code_unknown", catalog=Catalog.ACTIVITIES, pattern="^[0-9]{5}$"
)
"""An economic activity."""

_TO_TAXPAYERS = [row.code for row in DOCUMENT_TYPES.values() if row.needs_taxpayer]
_FOR_CCF = dict.fromkeys(_TO_TAXPAYERS, "ccf_customer_field_missing")

_NAME = RequestField(
    "name",
    TextValue(MAX_NAME),
    "Name or business name.",
    "Distribuidora Izalco, S.A. de C.V.",
    required=True,
    required_for=_FOR_CCF,
)
_NIT = RequestField(
    "nit",
    IdentifierValue("^[0-9-]{9,20}$", nit.parse_nit),
    "14 digits, or the 9 of the homologated DUI, with a right check digit; hyphens are taken out.",
    "0614-180948-001-4",
    required_for=_FOR_CCF,
)
_DUI = RequestField(
    "dui",
    IdentifierValue("^[0-9-]{9,12}$", dui.parse_dui),
    "9 digits with a right check digit; the hyphen is taken out.",
    "00016297-5",
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
    required_for=_FOR_CCF,
)
_TYPE_CONTRIBUTOR = RequestField(
    "type_contributor",
    ChoiceValue({1: "small", 2: "medium", 3: "large", 4: "government"}, "type_contributor_unknown"),
    "Kind of taxpayer. Kinds 3 and 4 withhold 1 % of `amount_taxable` from 100.00 on.",
    required_for=_FOR_CCF,
)

_CUSTOMER = RequestObject(
    "Customer",
    "The buyer. For a CCF (03) `name`, `nit`, `nrc` and `type_contributor` are required, for the others the name.",
    (_NAME, _NIT, _DUI, _ACTIVITY_CODE, PLACE, _ADDRESS, _EMAIL, _PHONE, _NRC, _TYPE_CONTRIBUTOR),
)
_SUBJECT = RequestObject(
    "Subject",
    "The seller, a natural person without NRC. `dui` or `nit` is required.",
    (_NAME, _NIT, _DUI, _ACTIVITY_CODE, PLACE, _ADDRESS, _EMAIL, _PHONE),
    at_least_one=AtLeastOne((_DUI, _NIT), "subject_identity_missing"),
)

CUSTOMER: RequestField[FoundValues] = RequestField(
    "customer", InnerObject(_CUSTOMER), required_for=dict.fromkeys(_TO_TAXPAYERS, "ccf_customer_missing")
)
SUBJECT: RequestField[FoundValues] = RequestField("subject", InnerObject(_SUBJECT), required=True)


def name_of(found: FoundValues) -> str | None:
    """The name of a person; None for a faulty one."""
    return found.get(_NAME)


def customer_data(found: FoundValues) -> CustomerData:
    """The buyer or the seller; by law the seller, an excluded subject, has no NRC (contract 11.1, D17)."""
    return CustomerData(
        name=found[_NAME],
        nit=found.get(_NIT),
        dui=found.get(_DUI),
        nrc=found.get(_NRC),
        contributor_type=found.get(_TYPE_CONTRIBUTOR),
        activity_code=found.get(_ACTIVITY_CODE),
        place=found.get(PLACE),
        address=found.get(_ADDRESS),
        email=found.get(_EMAIL),
        phone=found.get(_PHONE),
    )
