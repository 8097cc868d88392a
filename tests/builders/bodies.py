"""Bodies of requests to the API, complete and valid."""

from typing import Any

LARGE_TAXPAYER = {
    "name": "Gran Contribuyente de Prueba",
    "nit": "06140201260015",
    "nrc": "2345678",
    "type_contributor": 3,
    "activity_code": "46900",
    "department": "06",
    "municipality": "23",
    "address": "Calle de prueba 1",
    "email": "compras@example.com",
}
SELLER = {"name": "Marta Alvarenga", "dui": "00016297-5"}
SERVICE = {"description": "Diseño de rótulo", "quantity": 1, "unit_price": 200.00, "is_service": True}
GOODS = {"description": "Tela", "quantity": 3.5, "unit_price": 4.00}
IMPORTER = {
    "name": "Importadora de Guatemala, S.A.",
    "address": "Zona 10, Ciudad de Guatemala",
    "email": "gt@example.com",
}


def invoice(reference: str | None = None, **more: Any) -> dict[str, Any]:
    """A minimal 01: 2 × 5.65 = 11.30 with VAT, that is 10.00 + 1.30."""
    body: dict[str, Any] = {"lines": [{"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}], **more}
    return body if reference is None else {"external_ref": reference, **body}


def ccf(reference: str) -> dict[str, Any]:
    """A 03 of 113.00 to a large taxpayer: 100.00 + 13.00, 1.00 withheld, 112.00 to pay."""
    return {
        "doc_type": "03",
        "external_ref": reference,
        "customer": dict(LARGE_TAXPAYER),
        "lines": [{"description": "Servicio mensual", "quantity": 1, "unit_price": 113.00}],
    }


def note(adjusted: str, reference: str, *prices: str, **more: Any) -> dict[str, Any]:
    """A 05 with one line for each price, or without lines when there are none."""
    body: dict[str, Any] = {"document_id": adjusted, "external_ref": reference, **more}
    if prices:
        body["lines"] = [{"description": "Devolución", "quantity": 1, "unit_price": price} for price in prices]
    return body


def export(reference: str = "exp-1", **more: Any) -> dict[str, Any]:
    """An 11 to Guatemala: 100 × 12.35 less 20 % = 988.00. The company's file has to say how the company exports."""
    lines = [{"description": "Café oro, libra", "quantity": 100, "unit_price": 12.35, "discount_percentage": 20}]
    return {"doc_type": "11", "external_ref": reference, "customer": dict(IMPORTER), "lines": lines, **more}


def purchase(reference: str = "compra-1", *lines: dict[str, Any], **subject: Any) -> dict[str, Any]:
    """A 14 with the lines of the example in contract 11.2, unless other lines are given."""
    return {
        "external_ref": reference,
        "subject": {**SELLER, **subject},
        "lines": list(lines) or [SERVICE, GOODS],
    }
