"""Examples of request bodies; the tests send each of them."""

from collections.abc import Mapping
from typing import Any

LINE_SAMPLE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}
INVOICE_SAMPLE = {"external_ref": "POS7-000915", "lines": [LINE_SAMPLE]}

INVOICE_EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "minimal": {"summary": "An invoice to a final consumer", "value": INVOICE_SAMPLE},
    "ccf": {
        "summary": "A CCF on thirty days of credit",
        "value": {
            "doc_type": "03",
            "external_ref": "B2B-2026-0031",
            "customer": {
                "name": "Distribuidora Izalco, S.A. de C.V.",
                "nit": "0614-180948-001-4",
                "nrc": "231894-5",
                "type_contributor": 3,
                "activity_code": "46900",
                "district": "1116",
            },
            "transaction_condition": 2,
            "deadline": 1,
            "period": 30,
            "lines": [{"description": "Servicio mensual", "quantity": 1, "unit_price": 113.00}],
        },
    },
    "restaurant": {
        "summary": "A meal with a tip, paid in cash and by card, which takes the rest",
        "value": {
            "external_ref": "MESA-12-0088",
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
                {"payment_method": "01", "amount": 31.50},
                {"payment_method": "03", "reference": "AUT-004512"},
            ],
        },
    },
    "discounts": {
        "summary": "A CCF with discounts on its lines and on the document, and an exempt line",
        "value": {
            "doc_type": "03",
            "external_ref": "FAC-31",
            "discount_percentage": 10,
            "customer": {
                "name": "Cliente de prueba, S.A. de C.V.",
                "nit": "06140202211028",
                "nrc": "2345678",
                "type_contributor": 2,
            },
            "lines": [
                {"description": "Producto 1", "quantity": 10, "unit_price": 28.25, "discount_amount": 28.25},
                {
                    "description": "Producto exento",
                    "quantity": 4,
                    "unit_price": 10.00,
                    "discount_amount": 5.00,
                    "sale_kind": "exempt",
                },
            ],
        },
    },
    "fuel": {
        "summary": "Fuel at the price of the pump, with FOVIAL and COTRANS inside",
        "value": {
            "external_ref": "BOMBA-3-0451",
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
    },
    "export": {
        "summary": "An export invoice: prices without VAT",
        "value": {
            "doc_type": "11",
            "external_ref": "EXP-0007",
            "customer": {"name": "Café Import GmbH", "address": "Speicherstadt 4, Hamburg"},
            "country": "DE",
            "incoterm": "FOB",
            "freight": 120.00,
            "insurance": 18.20,
            "lines": [{"description": "Café oro, saco de 69 kg", "quantity": 10, "unit_price": 310.00}],
        },
    },
}

NOTE_SAMPLE = {
    "document_id": "B2B-2026-0031",
    "external_ref": "NC-0007",
    "lines": [{"description": "Devolución de resmas", "quantity": 2, "unit_price": 5.65}],
}

NOTE_EXAMPLES = {
    "partial": {"summary": "Two units come back", "value": NOTE_SAMPLE},
    "kinds": {
        "summary": "A part of a CCF with an exempt line goes back, with remarks",
        "value": {
            "document_id": "FAC-31",
            "external_ref": "NC-0008",
            "remarks": "Producto vencido",
            "lines": [
                {"description": "Producto 1", "quantity": 1, "unit_price": 28.25, "discount_amount": 5.37},
                {"description": "Producto exento", "quantity": 1, "unit_price": 10.00, "sale_kind": "exempt"},
            ],
        },
    },
    "several": {
        "summary": "One unit of an own CCF comes back, and one of a CCF on paper",
        "value": {
            "document_id": "B2B-2026-0031",
            "external_ref": "NC-0009",
            "related_documents": [
                {
                    "number": "S221001345",
                    "issued_on": "2027-01-14",
                    "amount_taxable": 100.00,
                    "amount_withheld": 1.00,
                }
            ],
            "lines": [
                {"description": "Servicio mensual", "quantity": 1, "unit_price": 11.30},
                {"description": "Resma de papel", "quantity": 1, "unit_price": 5.65, "related": 0},
            ],
        },
    },
    "elsewhere": {
        "summary": "A note on a CCF of another system, whose customer the request names",
        "value": {
            "external_ref": "NC-0010",
            "customer": {
                "name": "Distribuidora Izalco, S.A. de C.V.",
                "nit": "0614-180948-001-4",
                "nrc": "231894-5",
                "activity_code": "46900",
                "district": "1116",
            },
            "related_documents": [
                {
                    "generation_code": "E8B60BA3-8901-47EC-AC04-9E8F603C38DC",
                    "control_number": "DTE-03-M001P001-000000000000012",
                    "issued_on": "2027-01-14",
                    "amount_taxable": 100.00,
                    "amount_vat": 13.00,
                    "amount_withheld": 1.00,
                }
            ],
            "lines": [{"description": "Resma de papel", "quantity": 1, "unit_price": 5.65}],
        },
    },
    "whole": {
        "summary": "The whole CCF is taken back and cancelled",
        "value": {"document_id": "B2B-2026-0031", "full_adjustment": True},
    },
}

SUBJECT_SAMPLE = {"name": "Marta Alvarenga", "dui": "00016297-5"}
PURCHASE_LINE_SAMPLE = {"description": "Diseño de rótulo", "quantity": 1, "unit_price": 200.00, "is_service": True}
PURCHASE_SAMPLE = {
    "external_ref": "COMPRA-0088",
    "subject": SUBJECT_SAMPLE,
    "lines": [PURCHASE_LINE_SAMPLE, {"description": "Tela", "quantity": 3.5, "unit_price": 4.00}],
}

PURCHASE_EXAMPLES = {
    "mixed": {"summary": "A service, on which 10 % is withheld, and goods", "value": PURCHASE_SAMPLE},
    "wider": {
        "summary": "A discount, 20 % of income tax of a person who is not domiciled, and two payments",
        "value": {
            "external_ref": "COMPRA-0089",
            "subject": {"name": "Marta Alvarenga", "document_type": "03", "document_number": "A1234567"},
            "discount_percentage": 5,
            "income_tax_withheld": 38.00,
            "income_tax_reason": "No domiciliada, artículo 158 del Código Tributario",
            "payments": [
                {"payment_method": "01", "amount": 50.00},
                {"payment_method": "05", "reference": "TR-0815"},
            ],
            "lines": [
                {"description": "Diseño de rótulo", "quantity": 1, "unit_price": 200.00, "item_kind": "service"},
            ],
        },
    },
}


INVALIDATION_EXAMPLES = {
    "rescinded": {"summary": "The operation did not take place", "value": {"reason": 2}},
    "replaced": {
        "summary": "Another document takes the place",
        "value": {
            "reason": 1,
            "note": "Precio equivocado",
            "replacement": "POS7-000916",
            "requested_by": {"name": "Marta Alvarenga", "document_type": "13", "document_number": "00016297-5"},
        },
    },
}

MAIL_EXAMPLES = {
    "same": {"summary": "To the addresses it was issued with", "value": {}},
    "other": {"summary": "To another address", "value": {"to": "contabilidad@example.com"}},
    "several": {
        "summary": "To several addresses",
        "value": {"to": ["contabilidad@example.com", "compras@example.com"]},
    },
}

ITEM_SAMPLE = {"description": "Café molido, libra", "unit_price": 5.65}

ITEM_EXAMPLES = {
    "goods": {
        "summary": "Goods with VAT in their price",
        "value": ITEM_SAMPLE,
    },
    "fuel": {
        "summary": "Fuel by the gallon, whose taxes are inside its price",
        "value": {
            "description": "Gasolina regular",
            "unit_price": 3.84,
            "unit": 22,
            "taxes": ["D1", "C8"],
            "taxes_included": True,
        },
    },
    "exempt": {
        "summary": "An exempt service",
        "value": {
            "description": "Curso de cocina",
            "unit_price": 40.00,
            "item_kind": "service",
            "sale_kind": "exempt",
        },
    },
}
