"""The sales of every kind of the demonstration: fuel, a hotel night, a table, a fee, a price list, a passport."""

from ocote.cli.demo.order import DemoOrder

_SHOP = {
    "name": "Tienda de Demostración, S.A. de C.V.",
    "nit": "0614-020126-001-5",
    "nrc": "234567-8",
    "type_contributor": 1,
    "activity_code": "47190",
    "email": "compras@example.com",
}


def wider_orders(run: str) -> tuple[DemoOrder, ...]:
    """One sale of each kind that is more than goods with VAT, paid at once; ``run`` begins the references."""
    return (_fuel(run), _hotel_night(run), _table(run), _school_fee(run), _price_list(run), _laptop(run))


def _fuel(run: str) -> DemoOrder:
    return DemoOrder(
        "Gasolina al precio de bomba, con FOVIAL y COTRANS incluidos",
        "/invoice",
        {
            "external_ref": f"{run}-10",
            "payment_method": "02",
            "lines": [
                {
                    "description": "Gasolina regular",
                    "quantity": 50,
                    "unit_price": 3.84,
                    "unit": 22,
                    "taxes": ["D1", "C8"],
                    "taxes_included": True,
                }
            ],
        },
    )


def _hotel_night(run: str) -> DemoOrder:
    return DemoOrder(
        "Una noche de hotel, con el impuesto de turismo, a un huésped con pasaporte",
        "/invoice",
        {
            "external_ref": f"{run}-11",
            "customer": {"name": "Huésped de Demostración", "document_type": "03", "document_number": "A1234567"},
            "lines": [
                {
                    "description": "Habitación doble, una noche",
                    "quantity": 1,
                    "unit_price": 113.00,
                    "item_kind": "service",
                    "taxes": ["59"],
                },
                {"description": "Lavandería", "quantity": 1, "unit_price": 11.30, "item_kind": "service"},
            ],
            "payments": [{"payment_method": "03", "reference": "AUT-778"}],
        },
    )


def _table(run: str) -> DemoOrder:
    return DemoOrder(
        "Una mesa de restaurante con propina, pagada mitad en efectivo",
        "/invoice",
        {
            "external_ref": f"{run}-12",
            "tip": 5.00,
            "lines": [
                {
                    "description": "Consumo de alimentos y bebidas",
                    "quantity": 1,
                    "unit_price": 56.50,
                    "item_kind": "both",
                }
            ],
            "payments": [
                {"payment_method": "01", "amount": 30.75},
                {"payment_method": "03", "reference": "AUT-004512"},
            ],
        },
    )


def _school_fee(run: str) -> DemoOrder:
    return DemoOrder(
        "Una colegiatura exenta, con un cuaderno gravado",
        "/invoice",
        {
            "external_ref": f"{run}-13",
            "customer": {"name": "Familia de Demostración", "dui": "01234567-8"},
            "lines": [
                {
                    "description": "Colegiatura de febrero",
                    "quantity": 1,
                    "unit_price": 85.00,
                    "sale_kind": "exempt",
                    "item_kind": "service",
                },
                {"description": "Cuaderno institucional", "quantity": 2, "unit_price": 2.26},
            ],
        },
    )


def _price_list(run: str) -> DemoOrder:
    return DemoOrder(
        "Crédito fiscal de mayorista a precios netos, con percepción del 1 %",
        "/invoice",
        {
            "doc_type": "03",
            "external_ref": f"{run}-14",
            "prices_include_vat": False,
            "vat_collection": True,
            "discount_percentage": 10,
            "customer": _SHOP,
            "lines": [
                {"description": "Tornillo milimétrico", "quantity": 5000, "unit_price": 0.12345678, "code": "T-M4"},
                {"description": "Candado de bronce", "quantity": 24, "unit_price": 3.125, "code": "C-40"},
            ],
            "payments": [{"payment_method": "13", "deadline": 1, "period": 30}],
            "appendix": [{"field": "orden", "label": "Orden de compra", "value": "OC-2027-0031"}],
        },
    )


def _laptop(run: str) -> DemoOrder:
    return DemoOrder(
        "Una computadora a una visitante con pasaporte",
        "/invoice",
        {
            "external_ref": f"{run}-15",
            "customer": {
                "name": "Visitante de Demostración",
                "document_type": "03",
                "document_number": "P5567781",
                "country": "US",
            },
            "payment_method": "03",
            "lines": [{"description": "Computadora portátil", "quantity": 1, "unit_price": 1299.00, "code": "LAP-14"}],
        },
    )
