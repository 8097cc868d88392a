"""Sales for the tests: small builders, so that a test names only what it is about."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from ocote.dte.purchase.value import Seller
from ocote.dte.sale import (
    Address,
    Contingency,
    Identity,
    Issuer,
    Line,
    Payment,
    Person,
    Receiver,
    Sale,
    SaleType,
)

SAN_SALVADOR = Address(department="06", municipality="23", district="14", complement="Calle Arce 1210")
SANTA_TECLA = Address(department="05", municipality="28", district="11", complement="4a. Avenida Norte 2-3")

ISSUER = Issuer(
    nit="06140101901015",
    nrc="1234567",
    name="Librería El Volcán, S.A. de C.V.",
    trade_name="El Volcán",
    activity_code="47610",
    address=SAN_SALVADOR,
    phone="22220000",
    email="facturas@elvolcan.example",
    branch_code="M001",
    pos_code="P001",
    establishment_kind="02",
    responsible=Person(name="Encargada de turno", document_type="13", document_number="000162975"),
)

CONSUMER = Receiver(name="Consumidor Final")

BUYER = Receiver(
    name="Distribuidora del Centro, S.A. de C.V.",
    nit="06140101900020",
    nrc="765432",
    activity_code="46900",
    address=SANTA_TECLA,
    phone="25000000",
    email="compras@distribuidora.example",
)

LARGE_BUYER = Receiver(
    name=BUYER.name,
    nit=BUYER.nit,
    nrc=BUYER.nrc,
    contributor_type=3,
    activity_code=BUYER.activity_code,
    address=BUYER.address,
    phone=BUYER.phone,
    email=BUYER.email,
)

FOREIGN_BUYER = Receiver(
    name="Importadora de Guatemala, S.A.",
    address=Address("00", "00", "00", "7a. Avenida 3-33, Ciudad de Guatemala"),
    email="compras@importadora.example",
    phone="50222223333",
)

SELLER = Seller(
    name="Taller de rótulos",
    document_type="13",
    document_number="000162975",
    address=SANTA_TECLA,
)

GENERATION_CODE = "6B0D549B-6F03-475A-9600-A35A099950D8"


def line(quantity: str, price: str, discount: str = "0", description: str = "Resma de papel") -> Line:
    """A line from plain text numbers."""
    return Line(description, Decimal(quantity), Decimal(price), Decimal(discount))


def sale(
    doc_type: SaleType,
    lines: Sequence[Line],
    receiver: Receiver | None = None,
    payment: Payment = Payment(),  # noqa: B008 - a frozen value
    issuer: Issuer = ISSUER,
) -> Sale:
    """A sale to an unnamed consumer (01) or to a registered buyer (03, 11)."""
    return Sale(doc_type, issuer, receiver or (CONSUMER if doc_type == "01" else BUYER), tuple(lines), payment)


def identity(doc_type: str, contingency: Contingency | None = None) -> Identity:
    """A first document issued on 2026-06-03 at 08:15:40 local time."""
    return Identity(
        environment="00",
        doc_type=doc_type,
        control_number=f"DTE-{doc_type}-M001P001-000000000000001",
        generation_code=GENERATION_CODE,
        issued_at=datetime(2026, 6, 3, 14, 15, 40, tzinfo=UTC),
        contingency=contingency,
    )
