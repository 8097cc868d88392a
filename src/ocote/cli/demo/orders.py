"""The documents of the demonstration, one of each kind, as a client would post them."""

from datetime import datetime

from ocote.cli.demo.order import DemoOrder
from ocote.cli.demo.wider_orders import wider_orders
from ocote.clock import local

_LARGE_TAXPAYER = {
    "name": "Gran Contribuyente de Demostración, S.A. de C.V.",
    "nit": "0614-020126-001-5",
    "nrc": "234567-8",
    "type_contributor": 3,
    "activity_code": "46900",
    "department": "05",
    "municipality": "26",
    "address": "Avenida de la Demostración 200",
    "email": "compras@example.com",
}


def orders(now: datetime) -> tuple[DemoOrder, ...]:
    """Ordinary documents of each type, sales of every kind, and a CCF to cancel.

    Amounts in USD, with VAT for 01, 03 and 05. The references carry the moment, so that every run issues new documents.
    """
    run = f"DEMO-{local(now):%Y%m%d-%H%M%S}"
    return (
        *_sales(run),
        _return(run),
        _export(run),
        _purchase(run),
        *wider_orders(run),
        *_cancelled_sale(run),
    )


def _sales(run: str) -> tuple[DemoOrder, ...]:
    return (
        DemoOrder(
            "Factura a consumidor final",
            "/invoice",
            {
                "external_ref": f"{run}-1",
                "lines": [
                    {"description": "Café de altura, libra", "quantity": 2, "unit_price": 5.65},
                    {"description": "Pan dulce surtido", "quantity": 3, "unit_price": 1.25},
                ],
            },
        ),
        DemoOrder(
            "Factura a un cliente identificado",
            "/invoice",
            {
                "external_ref": f"{run}-2",
                "customer": {"name": "Cliente de Demostración", "dui": "01234567-8", "email": "cliente@example.com"},
                "payment_method": "03",
                "lines": [
                    {"description": "Cafetera de filtro", "quantity": 1, "unit_price": 79.10, "discount_percentage": 10}
                ],
            },
        ),
        DemoOrder(
            "Crédito fiscal a un gran contribuyente, con retención del 1 %",
            "/invoice",
            {
                "doc_type": "03",
                "external_ref": f"{run}-3",
                "customer": _LARGE_TAXPAYER,
                "transaction_condition": 2,
                "deadline": 1,
                "period": 30,
                "lines": [
                    {"description": "Servicio mensual de café para oficina", "quantity": 1, "unit_price": 113.00},
                    {"description": "Alquiler de molino", "quantity": 2, "unit_price": 28.25},
                ],
            },
        ),
    )


def _return(run: str) -> DemoOrder:
    """The return of one of the two mills of the CCF."""
    return DemoOrder(
        "Nota de crédito por una parte del crédito fiscal",
        "/credit-memo",
        {
            "external_ref": f"{run}-4",
            "document_id": f"{run}-3",
            "lines": [{"description": "Devolución de un molino", "quantity": 1, "unit_price": 28.25}],
        },
    )


def _export(run: str) -> DemoOrder:
    return DemoOrder(
        "Factura de exportación, con flete y seguro",
        "/invoice",
        {
            "doc_type": "11",
            "external_ref": f"{run}-5",
            "customer": {"name": "Importadora de Demostración", "address": "100 Demo Street, Miami"},
            "country": "US",
            "customs_office": "02",
            "regime": "1000.000",
            "incoterm": "CIF",
            "freight": 120.00,
            "insurance": 18.20,
            "lines": [{"description": "Café oro, quintal", "quantity": 5, "unit_price": 210.00}],
        },
    )


def _purchase(run: str) -> DemoOrder:
    return DemoOrder(
        "Compra a un sujeto excluido, con 10 % de renta sobre el servicio",
        "/suex",
        {
            "external_ref": f"{run}-6",
            "subject": {"name": "Persona Excluida de Demostración", "dui": "00016297-5"},
            "lines": [
                {"description": "Reparación de la tostadora", "quantity": 1, "unit_price": 100.00, "is_service": True},
                {"description": "Leña", "quantity": 4, "unit_price": 3.50},
            ],
        },
    )


def _cancelled_sale(run: str) -> tuple[DemoOrder, ...]:
    """A CCF to be cancelled after its window."""
    return (
        DemoOrder(
            "Crédito fiscal que se anulará fuera de plazo",
            "/invoice",
            {
                "doc_type": "03",
                "external_ref": f"{run}-7",
                "customer": {**_LARGE_TAXPAYER, "type_contributor": 1},
                "lines": [{"description": "Cafetera de filtro", "quantity": 1, "unit_price": 79.10}],
            },
        ),
    )
