"""The documents behind the golden files, by the name of the file."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.contingency_event.value import ContingencyEvent, ReportedDocument
from ocote.dte.credit_note.arithmetic import compute_note
from ocote.dte.credit_note.value import AdjustedCcf, Adjustment, Note, Portion
from ocote.dte.editions import Edition, build_contingency, build_document, build_invalidation
from ocote.dte.invalidation.value import InvalidatedDocument, InvalidationEvent
from ocote.dte.mentions import AppendixRow, Mentions, RelatedDocument
from ocote.dte.purchase.arithmetic import compute_purchase
from ocote.dte.purchase.value import Purchase, PurchaseLine, WithheldIncomeTax
from ocote.dte.sale import Contingency, ExportTerms, Payment, Sale
from ocote.dte.terms import Discount, PartPayment, SaleTerms
from tests.dte.samples import BUYER, FOREIGN_BUYER, GENERATION_CODE, ISSUER, LARGE_BUYER, SELLER, identity, line, sale

COUNTER_SALE = sale("01", [line("3", "9.75"), line("2", "1.80", "5"), line("0.333", "4.10")])
IDENTIFIED_SALE = sale("01", [line("1", "12000.00")], BUYER)
CCF = sale(
    "03",
    [line("10", "14.12", "4"), line("3", "8.29")],
    LARGE_BUYER,
    Payment(method="05", condition=2, term_unit=1, term_count=30),
)
EXPORT = replace(
    sale("11", [line("100", "12.35", "2.5")], FOREIGN_BUYER),
    export=ExportTerms(
        country="GT",
        customs_office="01",
        regime_type="EX-1",
        regime="1000.000",
        incoterm="09",
        freight=Decimal("120.00"),
        insurance=Decimal("18.20"),
    ),
)
PURCHASE = Purchase(
    ISSUER,
    SELLER,
    (
        PurchaseLine("Diseño de rótulo", Decimal(1), Decimal("200.00"), is_service=True),
        PurchaseLine("Tela", Decimal("3.5"), Decimal("4.00")),
    ),
)
WIDER_PURCHASE = replace(
    PURCHASE,
    seller=replace(SELLER, document_type="03", document_number="X1234567"),
    lines=(
        PurchaseLine("Reparación", Decimal(3), Decimal("45.50"), item_type=2, discount_amount=Decimal("6.50")),
        PurchaseLine("Tela", Decimal("3.5"), Decimal("4.12345678"), unit=1, code="T-01"),
    ),
    terms=SaleTerms(
        discount=Discount(percentage=Decimal(5)),
        payments=(PartPayment("01", Decimal("50.00")), PartPayment("05", None, "TR-0815", 1, 30)),
    ),
    mentions=Mentions(remarks="Orden 12", appendix=(AppendixRow("orden", "Orden de compra", "12"),)),
    income_tax=WithheldIncomeTax(Decimal("24.70"), "No domiciliado, CT 158"),
)
"""130.00 and 14.43209873 less 5 % (7.22): 137.21. Of the 123.50 of services 20 % is 24.70, so that 112.51 is paid."""
NOTE = Note(
    ISSUER,
    LARGE_BUYER,
    (
        Adjustment(
            AdjustedCcf(
                RelatedDocument("03", GENERATION_CODE, date(2026, 5, 30)),
                Portion(gross=Decimal("160.46"), taxable=Decimal("142.00"), withheld=Decimal("1.42")),
            ),
            (line("2", "14.12", "4"), line("1", "8.29")),
        ),
    ),
)
FLOODED = Contingency(kind=5, reason="Inundación del local")
INVALIDATION = InvalidationEvent(
    environment="00",
    generation_code="A170B338-3926-4059-B28C-105D1FB17C23",
    made_at=datetime(2026, 6, 4, 15, 2, 11, tzinfo=UTC),
    issuer=ISSUER,
    document=InvalidatedDocument(
        doc_type="03",
        generation_code=GENERATION_CODE,
        stamp="2026F41C0A7D9B3E5826714ACD90BE37F1258QXT",
        control_number="DTE-03-M001P001-000000000000071",
        issued_on=date(2026, 6, 3),
        vat=Decimal("18.46"),
        receiver_document_type="36",
        receiver_document_number="06140101900020",
        receiver_name="Distribuidora del Centro, S.A. de C.V.",
        receiver_phone="25000000",
        receiver_email="compras@distribuidora.example",
    ),
    reason=3,
    responsible=ISSUER.responsible,
    requested_by=ISSUER.responsible,
    explanation="Cambio de producto",
    replacement="0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8",
)
OUTAGE = ContingencyEvent(
    environment="00",
    generation_code="A170B338-3926-4059-B28C-105D1FB17C23",
    sent_at=datetime(2026, 6, 3, 16, 29, 58, tzinfo=UTC),
    issuer=ISSUER,
    cause=FLOODED,
    began_at=datetime(2026, 6, 3, 13, 10, tzinfo=UTC),
    ended_at=datetime(2026, 6, 3, 15, 45, tzinfo=UTC),
    documents=(ReportedDocument("01", GENERATION_CODE), ReportedDocument("03", "0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8")),
)


def _written(edition: Edition, sold: Sale, contingency: Contingency | None = None) -> Callable[[], dict[str, Any]]:
    return lambda: build_document(edition, identity(sold.doc_type, contingency), sold, compute(sold))


def _purchase(edition: Edition, bought: Purchase = PURCHASE) -> Callable[[], dict[str, Any]]:
    return lambda: build_document(edition, identity("14"), bought, compute_purchase(bought))


def _note(edition: Edition) -> Callable[[], dict[str, Any]]:
    return lambda: build_document(edition, identity("05"), NOTE, compute_note(NOTE))


DOCUMENTS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "v1/invoice": _written("v1", COUNTER_SALE),
    "v2/invoice": _written("v2", COUNTER_SALE),
    "v1/invoice_identified": _written("v1", IDENTIFIED_SALE),
    "v2/invoice_identified": _written("v2", IDENTIFIED_SALE),
    "v1/invoice_in_contingency": _written("v1", COUNTER_SALE, FLOODED),
    "v2/invoice_in_contingency": _written("v2", COUNTER_SALE, FLOODED),
    "v1/ccf": _written("v1", CCF),
    "v2/ccf": _written("v2", CCF),
    "v1/export": _written("v1", EXPORT),
    "v2/export": _written("v2", EXPORT),
    "v1/purchase": _purchase("v1"),
    "v2/purchase": _purchase("v2"),
    "v1/purchase_wider": _purchase("v1", WIDER_PURCHASE),
    "v2/purchase_wider": _purchase("v2", WIDER_PURCHASE),
    "v1/credit_note": _note("v1"),
    "v2/credit_note": _note("v2"),
    "v1/invalidation": lambda: build_invalidation("v1", INVALIDATION),
    "v2/invalidation": lambda: build_invalidation("v2", INVALIDATION),
    "v1/contingency": lambda: build_contingency("v1", OUTAGE),
    "v2/contingency": lambda: build_contingency("v2", OUTAGE),
}
