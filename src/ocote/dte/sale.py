"""A sale as a plain value: who sells, who buys, what, and how it is paid (types 01, 03 and 11)."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from ocote.dte.mentions import NO_MENTIONS, Mentions
from ocote.dte.terms import PLAIN_TERMS, SaleTerms

Environment = Literal["00", "01"]
"""MH's environment (CAT-001): ``00`` is the test environment, ``01`` production."""

SaleType = Literal["01", "03", "11"]
"""The types that ``POST /invoice`` issues (CAT-002): invoice, CCF, export invoice."""


SaleKind = Literal["taxed", "exempt", "not_subject"]
"""How VAT treats a line: taxed, exempt by law, or not subject to the law at all (wider-sales.md 2.1)."""


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
    not withhold VAT from a ``large_taxpayer`` (rules.md 8), who collects 1 % like a designated ``collection_agent``
    (CT 163). ``export_taxes_authorized``: MH lets the company state taxes such as FOVIAL on exports.
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
    collection_agent: bool = False
    export_taxes_authorized: bool = False


class IdentityDocument(Struct, frozen=True):
    """An identity document that is neither NIT nor DUI: its kind (CAT-022) and its number, as it is written."""

    kind: str
    number: str


class Receiver(Struct, frozen=True):
    """The buyer; everything but the name may be unknown for an invoice to a final consumer.

    ``nit`` has 14 or 9 digits, ``dui`` 9, ``nrc`` 2 to 8, all without hyphens; ``document`` is another identity
    document, such as a passport. ``contributor_type`` is 1 small, 2 medium, 3 large, 4 government (contract 4.6); 3 and
    4 make the buyer withhold 1 % of VAT.
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
    document: IdentityDocument | None = None
    trade_name: str | None = None


class LineTax(Struct, frozen=True, omit_defaults=True):
    """A tax of section 1 or 3 of CAT-015 on a line; the amount in USD is computed by its rate when it is None."""

    code: str
    amount: Decimal | None = None


class SpecialTax(Struct, frozen=True, omit_defaults=True):
    """A tax of section 2 of CAT-015, which is a line of its own behind its line and part of the base of VAT.

    The amount is in USD, with VAT in an invoice and without in a CCF; ``description`` takes the place of MH's label.
    """

    code: str
    amount: Decimal
    description: str | None = None


class Line(Struct, frozen=True, omit_defaults=True):
    """One line of the request; ``unit_price`` is in USD, with VAT for 01 and 03, without VAT for 11 and net prices.

    Untaxed lines have no VAT in their price. ``item_type`` is CAT-011, ``unit`` CAT-014, ``code`` the caller's own.
    ``taxes`` of section 1 are added to the line, or are inside its price with ``taxes_included``.
    ``suggested_price`` is the informative ``psv`` in USD. ``related`` is the position of a related document.

    A discount is a percentage or an amount in USD. The percentage has a factory because msgspec never leaves out the
    default of a factory: requests that were kept before the other fields existed keep their text and fingerprint.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    discount_percentage: Decimal = field(default_factory=Decimal)
    discount_amount: Decimal | None = None
    sale_kind: SaleKind = "taxed"
    item_type: int | None = None
    unit: int | None = None
    code: str | None = None
    taxes: tuple[LineTax, ...] = ()
    taxes_included: bool = False
    special_tax: SpecialTax | None = None
    suggested_price: Decimal | None = None
    related: int | None = None


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
    terms: SaleTerms = PLAIN_TERMS
    mentions: Mentions = NO_MENTIONS


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

    For 01 ``unit_price``, ``discount`` and ``taxed`` include VAT and ``vat`` is the VAT inside; for 03 they are net. At
    most one of ``taxed``, ``exempt``, ``not_subject`` and ``charge`` is not zero; ``charge`` may be negative.
    """

    unit_price: Decimal
    discount: Decimal
    taxed: Decimal
    vat: Decimal
    exempt: Decimal = Decimal(0)
    not_subject: Decimal = Decimal(0)
    charge: Decimal = Decimal(0)

    @property
    def sold(self) -> Decimal:
        """The amount of the sale, of whatever kind."""
        return self.taxed or self.exempt or self.not_subject


class BodyLine(Struct, frozen=True):
    """One line of the written document: a line of the request, a tax of section 2, or a charge outside the tax base.

    ``item_type`` is CAT-011, None when the document's own kind of item holds; ``unit`` CAT-014. ``taxes`` are the codes
    of sections 1 and 3 on the line but those of VAT; ``special_tax`` the code of a line that is a tax of section 2.
    ``related`` is the position of a related document.
    """

    description: str
    quantity: Decimal
    amounts: LineAmounts
    item_type: int | None = None
    unit: int = 59
    code: str | None = None
    taxes: tuple[str, ...] = ()
    special_tax: str | None = None
    suggested_price: Decimal = Decimal(0)
    related: int | None = None

    @property
    def is_of_request(self) -> bool:
        """Whether the line is one of the request's lines: neither a tax of section 2 nor a charge."""
        return self.special_tax is None and not self.amounts.charge


class Kinds(Struct, frozen=True):
    """An amount in USD for each kind of sale."""

    taxed: Decimal = Decimal("0.00")
    exempt: Decimal = Decimal("0.00")
    not_subject: Decimal = Decimal("0.00")

    @property
    def total(self) -> Decimal:
        """The amount of all kinds together."""
        return self.taxed + self.exempt + self.not_subject


class TaxValue(Struct, frozen=True):
    """A tax of the summary by its code (CAT-015) with its value in USD; an informative one is not added (section 3)."""

    code: str
    value: Decimal
    informative: bool = False


class WrittenPayment(Struct, frozen=True):
    """One payment as the document states it: method CAT-017, USD, and on credit the unit and count of its term."""

    method: str
    amount: Decimal
    reference: str | None = None
    term_unit: int | None = None
    term_count: int | None = None


class Amounts(Struct, frozen=True):
    """The amounts that sum up any document, USD with 2 decimals (contract 7.6, D7; wider-sales.md 4.6).

    ``gross`` is always ``taxable`` + ``vat`` + ``exempt`` + ``not_subject`` + ``taxes`` to the cent. ``payable`` is
    ``gross`` + ``collected`` - ``withheld`` - ``income_tax`` + ``charges``. ``taxable``, ``exempt`` and
    ``not_subject`` are what remains after ``discount``, the discounts on the whole document as the document states
    them. ``taxes`` are those of section 1 of CAT-015 but VAT.
    """

    taxable: Decimal
    vat: Decimal
    gross: Decimal
    withheld: Decimal
    payable: Decimal
    exempt: Decimal = Decimal("0.00")
    not_subject: Decimal = Decimal("0.00")
    taxes: Decimal = Decimal("0.00")
    charges: Decimal = Decimal("0.00")
    discount: Decimal = Decimal("0.00")
    collected: Decimal = Decimal("0.00")
    income_tax: Decimal = Decimal("0.00")


class Totals(Amounts, frozen=True, kw_only=True):
    """The amounts of a document that is being written, with those of each line and of each kind.

    ``sums`` are the sales by kind before, and ``off`` the discounts of the whole document; in a 01 the taxed ones
    include VAT. ``all_discounts`` are those of the lines and of the document together (``totalDescu``).
    """

    body: tuple[BodyLine, ...]
    all_discounts: Decimal
    sums: Kinds
    off: Kinds = Kinds()
    tax_values: tuple[TaxValue, ...] = ()
    condition: int = 1
    payments: tuple[WrittenPayment, ...] = ()

    @property
    def lines(self) -> tuple[LineAmounts, ...]:
        """The amounts of the lines."""
        return tuple(line.amounts for line in self.body)
