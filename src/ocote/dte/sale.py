"""A sale as a plain value: who sells, who buys, what, and how it is paid (types 01, 03 and 11)."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Environment = Literal["00", "01"]
"""MH's environment (CAT-001): ``00`` is the test environment, ``01`` production."""

SaleType = Literal["01", "03", "11"]
"""The types that ``POST /invoice`` issues (CAT-002): invoice, CCF, export invoice."""


ABROAD = "00"
"""The code ``Otro (Para extranjeros)`` of CAT-008, CAT-012 and CAT-013, for the three parts of an address abroad."""


class Address(Struct, frozen=True):
    """A Salvadoran address by official codes (CAT-012, CAT-013 of 44 municipalities, CAT-008)."""

    department: str
    municipality: str
    district: str
    complement: str


class Person(Struct, frozen=True):
    """A natural person named in a document or an event, with the number of an identity document."""

    name: str
    document_type: str
    document_number: str


class Issuer(Struct, frozen=True):
    """The company that issues a document, with the data that the document states.

    ``activity_code`` is the activity of this document (CAT-019), ``branch_code`` and ``pos_code`` are the two
    halves of the control number's middle part (``M001`` and ``P001``), ``establishment_kind`` is CAT-009. Buyers do
    not withhold VAT from a ``large_taxpayer`` (rules.md 8).
    """

    nit: str
    nrc: str
    name: str
    trade_name: str | None
    activity_code: str
    address: Address
    phone: str
    email: str
    branch_code: str
    pos_code: str
    establishment_kind: str
    responsible: Person
    large_taxpayer: bool = False


class Receiver(Struct, frozen=True):
    """The buyer; everything but the name may be unknown for an invoice to a final consumer.

    ``nit`` has 14 or 9 digits, ``dui`` 9, ``nrc`` 2 to 8, all without hyphens. ``contributor_type`` is 1 small,
    2 medium, 3 large, 4 government (contract 4.6); 3 and 4 make the buyer withhold 1 % of VAT.
    """

    name: str
    nit: str | None = None
    dui: str | None = None
    nrc: str | None = None
    contributor_type: int = 1
    activity_code: str | None = None
    address: Address | None = None
    phone: str | None = None
    email: str | None = None


class Line(Struct, frozen=True):
    """One line of the request; ``unit_price`` is in USD, with VAT for 01 and 03, without VAT for 11."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    discount_percentage: Decimal = Decimal(0)


class Payment(Struct, frozen=True):
    """How the operation is paid: method CAT-017, condition CAT-016, and for credit the term (CAT-018 unit, count)."""

    method: str = "01"
    condition: int = 1
    term_unit: int = 1
    term_count: int = 1


class ExportTerms(Struct, frozen=True):
    """The terms that only an export invoice has.

    ``country`` is CAT-020 (two letters), ``item_type`` CAT-011 (1 goods, 2 services, 3 both), ``person_type`` CAT-029
    (1 natural, 2 legal), ``customs_office`` CAT-027, ``regime_type`` CAT-033 (``EX-1``), ``regime`` CAT-028
    (``1000.000``), ``incoterm`` CAT-031. Freight and insurance are in USD, 2 decimals, and add to the operation.
    """

    country: str
    item_type: int = 1
    person_type: int = 2
    customs_office: str | None = None
    regime_type: str | None = None
    regime: str | None = None
    incoterm: str | None = None
    freight: Decimal = Decimal(0)
    insurance: Decimal = Decimal(0)


class Sale(Struct, frozen=True):
    """The content of a sale document before it is numbered and dated; only type 11 has ``export``.

    The address of an export's foreign buyer has code ``00`` in its three parts and the whole address in ``complement``.
    """

    doc_type: SaleType
    issuer: Issuer
    receiver: Receiver
    lines: tuple[Line, ...]
    payment: Payment = Payment()
    export: ExportTerms | None = None


class Contingency(Struct, frozen=True):
    """The cause of a late transmission (CAT-005); ``reason`` is compulsory for kind 5 and absent otherwise."""

    kind: int
    reason: str | None = None


class Identity(Struct, frozen=True):
    """The data that identify a document: environment, numbers and moment of issue.

    ``issued_at`` is an aware instant; editions write it as local time of El Salvador.
    """

    environment: Environment
    doc_type: str
    control_number: str
    generation_code: str
    issued_at: datetime
    contingency: Contingency | None = None


class LineAmounts(Struct, frozen=True):
    """The amounts of one line as MH receives them, USD with up to 8 decimals.

    For 01 ``unit_price``, ``discount`` and ``taxed`` include VAT and ``vat`` is the VAT inside; for 03 they are net.
    """

    unit_price: Decimal
    discount: Decimal
    taxed: Decimal
    vat: Decimal


class Amounts(Struct, frozen=True):
    """The amounts that sum up any document, USD with 2 decimals (contract 7.6, D7).

    ``gross`` is always ``taxable`` + ``vat`` to the cent, ``payable`` is ``gross`` less ``withheld``.
    """

    taxable: Decimal
    vat: Decimal
    gross: Decimal
    withheld: Decimal
    payable: Decimal


class Totals(Amounts, frozen=True):
    """The amounts of a document that is being written, with those of each line and the sum of the discounts."""

    lines: tuple[LineAmounts, ...]
    discount: Decimal
