"""The document types that this gateway issues: one row for each type, which every table by type reads.

A row holds the properties of a type; the code that writes its documents is in the folder of the type.
``docs/adding-a-document-type.md`` lists the places that a new row needs, and ``tests/test_document_types.py`` names
each place that lacks the row.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct

from ocote.dte.mention_limits import AppendixLengths, MentionLimits
from ocote.dte.schedule import Edition
from ocote.dte.windows import Start, Unit, Window

Family = Literal["sale", "note", "suex"]
"""A group of document types that share endpoints for state and cancellation (D11).

A reference belongs to one family only.
The values are stored: ``suex`` is the family of purchases (14).
"""

Prices = Literal["with VAT", "net", "untaxed"]
"""The VAT in the amounts of the lines: VAT inside, VAT in the summary only, or no VAT at all."""

OtherParty = Literal["consumer", "taxpayer", "buyer abroad", "seller"]
"""The other party of a document: anybody, a registered taxpayer, a buyer abroad, or the seller of a purchase."""

AnnexNumber = Literal["1", "2", "5"]
"""The annex of form F-07 that lists a document: sales to taxpayers, sales to consumers, or purchases (books.md)."""


REMISSION = "04"
SETTLEMENT = "08"
ACCOUNTING_SETTLEMENT = "09"
"""The types, issued by other systems, of the documents from which a sale may come (CAT-002, wider-sales.md 2.9)."""

SETTLEMENTS = frozenset({"07", SETTLEMENT, ACCOUNTING_SETTLEMENT})
"""The types beside which a document names no principal (wider-sales.md 2.7)."""


class ContingencyText(Struct, frozen=True):
    """The text of cause 5 in ``identificacion``: its bounds in characters, and the key that holds it (rules.md 4)."""

    shortest: int = 1
    longest: int = 500
    key: str = "motivoContin"


class InEdition(Struct, frozen=True, kw_only=True):
    """A document type in one edition.

    ``schema`` is the name of MH's schema file. ``invalidation`` is the window of the type (D19, rules.md 5.2), and
    ``long_invalidation`` the window of issuers of medicines and the like; without a window only MH decides.
    ``receiver_email``: the schema takes no receiver without an e-mail address, whatever the amount. ``mentions`` are
    the limits of what the document says beside its amounts.
    """

    version: int
    schema: str
    contingency: bool = True
    contingency_text: ContingencyText = ContingencyText()
    invalidation: Window | None = None
    long_invalidation: Window | None = None
    receiver_email: bool = False
    mentions: MentionLimits = MentionLimits()


class DocumentType(Struct, frozen=True, kw_only=True):
    """A document type; ``code`` is its code in CAT-002, ``title`` its name in CAT-002 in the singular.

    ``endpoint`` is the path of the public API that issues it. ``adjustable``: a credit note may adjust it (rules.md 7).
    ``replaceable``: the invalidation event may have to name a replacement (rules.md 5.1). ``dated_by_event``: the
    event of v2.0 bears its own date and not the date of the document (rules.md 5.3). ``has_ticket``: there is a PDF for
    thermal printers; ``names_ticket``: answers name its URL, which the contract promises for 01 alone (D9).
    ``most_documents`` are the documents that may go with it, doctors and vehicles among them (``otrosDocumentos``).
    ``operation`` and ``export_sign`` say whether the amounts add to or subtract from the sums of an export.
    ``party_keys`` are the keys under which a signed document may hold the other party. ``certification_tests`` is how
    many stamped documents MH asks for in its test environment (certification.md 2).
    """

    code: str
    family: Family
    title: str
    endpoint: str
    prices: Prices
    other_party: OtherParty
    annex: AnnexNumber | None
    certification_tests: int
    editions: Mapping[Edition, InEdition]
    adjustable: bool = False
    replaceable: bool = True
    dated_by_event: bool = False
    has_ticket: bool = False
    names_ticket: bool = False
    most_documents: int = 10
    operation: str = "Venta"
    export_sign: Literal[1, -1] = 1
    party_keys: tuple[str, ...] = ("receptor",)

    @property
    def has_vat(self) -> bool:
        """Whether the amounts of the document include VAT."""
        return self.prices != "untaxed"

    @property
    def is_export(self) -> bool:
        """Whether the document sells to a buyer abroad, under the terms of an export."""
        return self.other_party == "buyer abroad"

    @property
    def is_purchase(self) -> bool:
        """Whether the issuer of the document is the buyer."""
        return self.other_party == "seller"

    @property
    def needs_taxpayer(self) -> bool:
        """Whether the document has to name a buyer registered for VAT."""
        return self.other_party == "taxpayer"


_THREE_MONTHS = Window(3, Unit.MONTHS, Start.STAMP)
_TENTH_BUSINESS_DAY = Window(10, Unit.BUSINESS_DAYS_OF_NEXT_MONTH, Start.STAMP)
_TWO_YEARS = Window(24, Unit.MONTHS, Start.STAMP)

INVOICE = DocumentType(
    code="01",
    family="sale",
    title="Factura",
    endpoint="/invoice",
    prices="with VAT",
    other_party="consumer",
    annex="2",
    certification_tests=90,
    dated_by_event=True,
    has_ticket=True,
    names_ticket=True,
    editions={
        "v1": InEdition(
            version=1,
            schema="fe-fc-v1.json",
            contingency_text=ContingencyText(5, 150),
            invalidation=Window(90, Unit.BUSINESS_DAYS, Start.ISSUE, enforced=False),
            mentions=MentionLimits(
                related=(REMISSION, ACCOUNTING_SETTLEMENT),
                most_related=10,
                paper_number=20,
                doctor_document=2,
                buyer_document=3,
                person=5,
            ),
        ),
        "v2": InEdition(
            version=2,
            schema="fe-f-v2.json",
            invalidation=_THREE_MONTHS,
            long_invalidation=_TWO_YEARS,
            # MH's texts name the 08 too, but whether MH takes it in a 01 is not known (wider-sales.md 6).
            mentions=MentionLimits(
                related=(REMISSION, ACCOUNTING_SETTLEMENT),
                foreign_third_party=True,
                document_text=3,
                delivery_as_rows=True,
            ),
        ),
    },
)

CCF = DocumentType(
    code="03",
    family="sale",
    title="Comprobante de crédito fiscal",
    endpoint="/invoice",
    prices="net",
    other_party="taxpayer",
    annex="1",
    certification_tests=75,
    has_ticket=True,
    adjustable=True,
    editions={
        "v1": InEdition(
            version=3,
            schema="fe-ccf-v3.json",
            contingency_text=ContingencyText(1, 150),
            invalidation=Window(1, Unit.DAYS, Start.ISSUE),
            receiver_email=True,
            mentions=MentionLimits(
                related=(REMISSION, SETTLEMENT, ACCOUNTING_SETTLEMENT),
                third_party_name=range(3, 201),
                doctor_document=2,
                plate=2,
                appendix=AppendixLengths(2, 3, 1),
            ),
        ),
        "v2": InEdition(
            version=4,
            schema="fe-ccf-v4.json",
            invalidation=_TENTH_BUSINESS_DAY,
            mentions=MentionLimits(
                related=(REMISSION, SETTLEMENT, ACCOUNTING_SETTLEMENT),
                foreign_third_party=True,
                document_text=3,
                delivery_as_rows=True,
            ),
        ),
    },
)

CREDIT_NOTE = DocumentType(
    code="05",
    family="note",
    title="Nota de crédito",
    endpoint="/credit-memo",
    prices="net",
    other_party="taxpayer",
    annex="1",
    certification_tests=50,
    has_ticket=True,
    replaceable=False,
    operation="Nota de crédito (resta)",
    export_sign=-1,
    editions={
        "v1": InEdition(
            version=3,
            schema="fe-nc-v3.json",
            contingency_text=ContingencyText(1, 150),
            receiver_email=True,
            mentions=MentionLimits(third_party_name=range(3, 201), appendix=AppendixLengths(2, 3, 1)),
        ),
        "v2": InEdition(
            version=4,
            schema="fe-nc-v4.json",
            invalidation=_TENTH_BUSINESS_DAY,
            mentions=MentionLimits(foreign_third_party=True, appendix=AppendixLengths(2, 3, 1)),
        ),
    },
)

EXPORT_INVOICE = DocumentType(
    code="11",
    family="sale",
    title="Factura de exportación",
    endpoint="/invoice",
    prices="untaxed",
    other_party="buyer abroad",
    annex="2",
    certification_tests=90,
    dated_by_event=True,
    most_documents=20,
    editions={
        # Only this schema spells the key of the text without its first "n" (rules.md 4).
        "v1": InEdition(
            version=1,
            schema="fe-fex-v1.json",
            contingency_text=ContingencyText(1, 500, "motivoContigencia"),
            mentions=MentionLimits(buyer_document=3, last_transport=4, remarks=500),
        ),
        "v2": InEdition(
            version=3,
            schema="fe-fex-v3.json",
            invalidation=_THREE_MONTHS,
            long_invalidation=_TWO_YEARS,
            mentions=MentionLimits(related=(REMISSION,), foreign_third_party=True, final_buyer=True, document_text=3),
        ),
    },
)

PURCHASE = DocumentType(
    code="14",
    family="suex",
    title="Factura de sujeto excluido",
    endpoint="/suex",
    prices="untaxed",
    other_party="seller",
    annex="5",
    certification_tests=25,
    has_ticket=True,
    dated_by_event=True,
    operation="Compra",
    party_keys=("receptor", "sujetoExcluido"),
    editions={
        "v1": InEdition(version=1, schema="fe-fse-v1.json"),
        "v2": InEdition(version=2, schema="fe-fse-v2.json", invalidation=_THREE_MONTHS),
    },
)

DOCUMENT_TYPES: Mapping[str, DocumentType] = MappingProxyType(
    {row.code: row for row in (INVOICE, CCF, CREDIT_NOTE, EXPORT_INVOICE, PURCHASE)}
)
"""Every document type by its code, in the order of the codes."""


PURCHASES: frozenset[Family] = frozenset(row.family for row in DOCUMENT_TYPES.values() if row.is_purchase)
"""The families of the documents in which the company is the buyer."""

SALES_AND_NOTES: frozenset[Family] = frozenset(row.family for row in DOCUMENT_TYPES.values() if not row.is_purchase)
"""The families of the documents that the company issues to its customers."""

INVALIDATION = "invalidation"
CONTINGENCY = "contingency"

_EVENT_VERSIONS: Mapping[str, Mapping[Edition, int]] = {
    INVALIDATION: {"v1": 2, "v2": 3},
    # Annex V of the normativa says 3 for v2.0; the schema of the official package, which MH checks, says 4.
    CONTINGENCY: {"v1": 3, "v2": 4},
}

EDITION_SUBJECTS = (*DOCUMENT_TYPES, *_EVENT_VERSIONS)
"""Everything that is written in an edition: the document types by code, and the two events by name."""


def version_of(subject: str, edition: Edition) -> int:
    """MH's schema version of a document type or of an event (``EDITION_SUBJECTS``) in an edition."""
    row = DOCUMENT_TYPES.get(subject)
    return row.editions[edition].version if row is not None else _EVENT_VERSIONS[subject][edition]


def party_of(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The block of a document that holds the other party, in either edition; None when the document names nobody."""
    keys = DOCUMENT_TYPES[document["identificacion"]["tipoDte"]].party_keys
    return next((document[key] for key in keys if document.get(key)), None)
