"""The sales behind the worked documents of wider sales, by the name of the document (wider-sales.md 3)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from msgspec.structs import replace

from ocote.dte.mentions import (
    AppendixRow,
    AssociatedDocument,
    Delivery,
    Doctor,
    FinalBuyer,
    Mentions,
    RelatedDocument,
    ThirdParty,
    Transport,
)
from ocote.dte.sale import (
    ABROAD,
    Address,
    ExportTerms,
    IdentityDocument,
    Issuer,
    Line,
    LineTax,
    Person,
    Receiver,
    Sale,
    SpecialTax,
)
from ocote.dte.terms import Charge, Discount, PartPayment, SaleTerms

_SERVICE: Final = 2
_GALLON: Final = 22
_OTHER_UNIT: Final = 99


def _d(text: str) -> Decimal:
    return Decimal(text)


ISSUER = Issuer(
    nit="06140101201013",
    nrc="1234567",
    name="Emisor de prueba, S.A. de C.V.",
    trade_name="Emisor de prueba",
    activity_code="46900",
    address=Address("06", "23", "14", "Calle de prueba 1"),
    phone="22220000",
    email="dte@example.com",
    branch_code="M001",
    pos_code="P001",
    establishment_kind="02",
    responsible=Person(name="Encargado de prueba", document_type="13", document_number="000000173"),
    export_taxes_authorized=True,
)
NOBODY = Receiver(name="Consumidor Final")
GUEST = Receiver(name="Foreign guest", document=IdentityDocument("03", "A1234567"))
RESIDENT = Receiver(
    name="Resident guest",
    document=IdentityDocument("02", "CR-778812"),
    address=Address("06", "23", "14", "Hotel de prueba 8"),
)
TAXPAYER = Receiver(
    name="Cliente de prueba, S.A. de C.V.",
    nit="06140202211028",
    nrc="2345678",
    activity_code="47739",
    address=Address("06", "23", "14", "Local de prueba 4"),
    email="compras@example.com",
)
CCF_BUYER = replace(TAXPAYER, phone="22221111")
BUYER_ABROAD = Receiver(
    name="Foreign buyer Ltd",
    document=IdentityDocument("37", "TAX-99"),
    activity_code="46900",
    address=Address(ABROAD, ABROAD, ABROAD, "742 Street, Springfield"),
    email="buyer@example.com",
)
MANDANTE = ThirdParty("Mandante de prueba, S.A. de C.V.", "06140303221032")
ROWS = (
    AppendixRow("orden", "Orden de compra", "OC-2027-0031"),
    AppendixRow("vendedor", "Vendedor", "Vendedor de prueba"),
)


def _invoice(*lines: Line, receiver: Receiver = NOBODY, terms: SaleTerms = SaleTerms(), **more: Any) -> Sale:  # noqa: B008 - frozen
    return Sale("01", ISSUER, receiver, lines, terms=terms, **more)


def _ccf(*lines: Line, terms: SaleTerms = SaleTerms(), **more: Any) -> Sale:  # noqa: B008 - a frozen value
    return Sale("03", ISSUER, CCF_BUYER, lines, terms=replace(terms, prices_include_vat=False), **more)


def _export(line: Line, export: ExportTerms, terms: SaleTerms, mentions: Mentions = Mentions()) -> Sale:  # noqa: B008 - a frozen value
    return Sale("11", ISSUER, BUYER_ABROAD, (line,), export=export, terms=terms, mentions=mentions)


def _line(description: str, quantity: str, price: str, **more: Any) -> Line:
    return Line(description, _d(quantity), _d(price), **more)


def _paid(*parts: PartPayment, **more: Any) -> SaleTerms:
    return SaleTerms(payments=parts, **more)


_FUEL_TAXES = (LineTax("D1"), LineTax("C8"))
_CUSTOMS = ExportTerms(country="US", customs_office="01", regime_type="EX-1", regime="1000.000")
_SWIFT = _paid(PartPayment("05", reference="SWIFT-1"))
_INVOICES = {
    "1": _invoice(
        _line("Producto gravado", "2", "56.50"),
        _line("Producto exento", "1", "20.00", sale_kind="exempt"),
        _line("Servicio no sujeto", "1", "5.00", sale_kind="not_subject", item_type=_SERVICE),
        terms=SaleTerms(discount=Discount(percentage=_d("10"))),
    ),
    "2": _invoice(
        _line("Consumo de alimentos y bebidas", "1", "56.50", item_type=3),
        terms=_paid(
            PartPayment("01", _d("31.50")),
            PartPayment("03", reference="AUT-004512"),
            charges=(Charge("Propina 10%", _d("5.00"), item_type=_SERVICE),),
        ),
    ),
    "3": _invoice(
        _line("Habitación doble, una noche", "1", "113.00", item_type=_SERVICE, taxes=(LineTax("59"),)),
        _line("Lavandería", "1", "11.30", item_type=_SERVICE),
        receiver=GUEST,
        terms=_paid(PartPayment("03", reference="AUT-778")),
    ),
    "4": _invoice(
        _line("Gasolina regular (galón)", "50", "3.54", unit=_GALLON, taxes=_FUEL_TAXES),
        terms=_paid(PartPayment("02", reference="AUT-990")),
    ),
    "5": _invoice(
        _line(
            "Cemento, bolsa",
            "100",
            "9.04",
            special_tax=SpecialTax("57", _d("36.16"), "Impuesto a la industria del cemento"),
        )
    ),
    "6": _invoice(
        _line("Cirugía ambulatoria", "1", "904.00", item_type=_SERVICE, related=0),
        receiver=RESIDENT,
        terms=SaleTerms(payment_number="NPE-000123"),
        mentions=Mentions(
            on_behalf_of=MANDANTE,
            related=(RelatedDocument("04", "E8B60BA3-8901-47EC-AC04-9E8F603C38DC", date(2027, 1, 14)),),
            documents=(
                AssociatedDocument("receiver", "Seguro médico, aseguradora", "Póliza P-000111"),
                AssociatedDocument("issuer", "Permiso DNM", "UIEDM-P-01-P00-1"),
            ),
            doctors=(Doctor("Médico de prueba", 1, nit="06140606251066"),),
            remarks="Entregado en recepción",
            appendix=ROWS,
        ),
    ),
    "7": _invoice(
        _line("Servicio de mantenimiento", "1", "226.00", item_type=_SERVICE),
        receiver=TAXPAYER,
        terms=_paid(PartPayment("05", reference="TRF-1"), withholding="vat_1"),
    ),
    "8": _invoice(_line("Energía (kWh)", "152.75", "0.18954321", unit=_OTHER_UNIT)),
}
_CCFS = {
    "1": _ccf(
        _line("Producto 1", "10", "25.00", discount_amount=_d("25.00")),
        _line("Producto 2", "5", "80.00", discount_amount=_d("15.00")),
        _line("Producto exento", "4", "10.00", discount_amount=_d("5.00"), sale_kind="exempt"),
        terms=SaleTerms(discount=Discount(percentage=_d("10"))),
    ),
    "2": _ccf(
        _line("Camisas", "10", "11.00", discount_amount=_d("10.00"), code="00D56"),
        _line("Centros", "15", "5.00", code="00C25"),
        _line("Jeans", "25", "21.00", discount_amount=_d("25.00"), code="0056D"),
        _line("Cinturón", "5", "20.00", code="0D586"),
        terms=SaleTerms(
            discount=Discount(percentage=_d("10")),
            charges=(Charge("Pagos no afectos", _d("-20.00")),),
            withholding="vat_1",
        ),
    ),
    "3": _ccf(_line("Diésel (galón)", "50", "4.00", unit=_GALLON, taxes=_FUEL_TAXES)),
    "4": _ccf(
        _line(
            "Cemento, bolsa",
            "100",
            "8.00",
            special_tax=SpecialTax("57", _d("32.00"), "Impuesto a la industria del cemento"),
        )
    ),
    "5": _ccf(_line("Bebida alcohólica", "10", "20.00", taxes=(LineTax("C5", _d("6.40")),))),
    "6": replace(
        _ccf(_line("Bienes para reventa", "100", "5.00"), terms=SaleTerms(collects_vat=True)),
        issuer=replace(ISSUER, collection_agent=True),
    ),
    "7": _ccf(
        _line("Mobiliario", "1", "420.00"),
        terms=_paid(
            PartPayment("02", _d("174.60"), "123456"), PartPayment("13", _d("300.00"), term_unit=2, term_count=2)
        ),
    ),
    "8": _ccf(
        _line("Bienes remitidos", "1", "300.00", unit=_OTHER_UNIT, related=0),
        terms=_paid(PartPayment("13", term_unit=1, term_count=30), payment_number="NPE-77"),
        mentions=Mentions(
            on_behalf_of=MANDANTE,
            related=(RelatedDocument("04", "31AB0880-4042-452C-A352-49760BBC8D45", date(2027, 1, 12)),),
            documents=(AssociatedDocument("issuer", "Contrato de suministro", "Contrato 15-2026"),),
            doctors=(Doctor("Visiting doctor", 3, document_number="P-998877"),),
            appendix=ROWS,
        ),
    ),
    "9": _ccf(_line("Tornillo milimétrico", "1000", "0.12345678")),
}
_EXPORTS = {
    "1": _export(
        _line("Pollitas de un día", "100", "12.35", discount_amount=_d("35.00"), code="POL-1"),
        replace(_CUSTOMS, incoterm="09", freight=_d("120.00"), insurance=_d("18.20")),
        replace(_SWIFT, discount=Discount(amount=_d("50.00"))),
        Mentions(
            documents=(
                AssociatedDocument("issuer", "Permiso zoosanitario", "PZ-2027-0091"),
                AssociatedDocument("issuer", "Certificado de origen", "CO-55"),
                AssociatedDocument("receiver", "Orden de compra", "PO-778"),
            ),
            transport=(Transport(1, "HN12345", "CR1234-5", "Conductor de prueba"),),
        ),
    ),
    "2": _export(
        _line("Producto exportado", "10", "50.00"),
        replace(_CUSTOMS, incoterm="01"),
        _paid(PartPayment("13", term_unit=1, term_count=60), charges=(Charge("Anticipo aplicado", _d("-100.00")),)),
        Mentions(on_behalf_of=MANDANTE, appendix=ROWS),
    ),
    "3": _export(
        _line("Servicio de programación", "1", "1500.00", unit=_OTHER_UNIT),
        ExportTerms(country="US", item_type=_SERVICE),
        _SWIFT,
    ),
}
_OF_V1: Final = {
    "01-v1-6": replace(
        _INVOICES["6"],
        mentions=replace(
            _INVOICES["6"].mentions,
            delivery=Delivery("Cajero de prueba", "000000173", "Receptor de prueba", "012345678", "P123456"),
        ),
    ),
    "01-v1-9": _invoice(
        _line("Servicio profesional", "1", "565.00", item_type=_SERVICE),
        receiver=TAXPAYER,
        terms=SaleTerms(withholding="vat_1", income_tax=_d("50.00")),
    ),
    "03-v1-10": _ccf(
        _line("Servicio profesional", "1", "1000.00", item_type=_SERVICE),
        terms=SaleTerms(withholding="vat_1", income_tax=_d("100.00")),
    ),
}
_OF_V2: Final = {
    "11-v2-4": _export(
        _line("Combustible para exportación (galón)", "1000", "2.50", unit=_GALLON, taxes=_FUEL_TAXES, related=0),
        replace(_CUSTOMS, incoterm="09"),
        _SWIFT,
        Mentions(
            bought_for=FinalBuyer("Final buyer Inc", "EXT-4411"),
            related=(RelatedDocument("04", "A6AACE21-1652-42F3-A275-A577EA79FCFB", date(2027, 1, 13)),),
            remarks="Con autorización para D1 y C8",
        ),
    ),
}

WORKED_SALES: Final[Mapping[str, Sale]] = (
    {
        f"{doc_type}-{edition}-{number}": sale
        for doc_type, sales in (("01", _INVOICES), ("03", _CCFS), ("11", _EXPORTS))
        for edition in ("v1", "v2")
        for number, sale in sales.items()
    }
    | _OF_V1
    | _OF_V2
)
"""A document whose edition says nothing different stands under both editions."""
