"""Examples of request bodies; the tests send each of them."""

INVOICE_EXAMPLES = {
    "minimal": {
        "summary": "An invoice to a final consumer",
        "value": {
            "external_ref": "POS7-000915",
            "lines": [{"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}],
        },
    },
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

NOTE_EXAMPLES = {
    "partial": {
        "summary": "Two units come back",
        "value": {
            "document_id": "B2B-2026-0031",
            "external_ref": "NC-0007",
            "lines": [{"description": "Devolución de resmas", "quantity": 2, "unit_price": 5.65}],
        },
    },
    "whole": {
        "summary": "The whole CCF is taken back and cancelled",
        "value": {"document_id": "B2B-2026-0031", "full_adjustment": True},
    },
}

PURCHASE_EXAMPLES = {
    "mixed": {
        "summary": "A service, on which 10 % is withheld, and goods",
        "value": {
            "external_ref": "COMPRA-0088",
            "subject": {"name": "Marta Alvarenga", "dui": "00016297-5"},
            "lines": [
                {"description": "Diseño de rótulo", "quantity": 1, "unit_price": 200.00, "is_service": True},
                {"description": "Tela", "quantity": 3.5, "unit_price": 4.00},
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
