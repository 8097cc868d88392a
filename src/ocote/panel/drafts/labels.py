"""Spanish words for the fields of requests, by the path of each without positions: ``lines[].quantity``.

The texts are looked up in the catalog of texts when a page shows them.
"""

from collections.abc import Mapping
from typing import Final

from ocote.panel.frame.phrases import phrase

_PERSON: Final[Mapping[str, str]] = {
    "": "Cliente",
    ".name": "Nombre o razón social",
    ".nit": "NIT",
    ".dui": "DUI",
    ".document_type": "Otro documento: tipo",
    ".document_number": "Otro documento: número",
    ".activity_code": "Actividad económica",
    ".district": "Distrito",
    ".department": "Departamento",
    ".municipality": "Municipio",
    ".country": "País, si la dirección es del extranjero",
    ".address": "Dirección",
    ".email": "Correo",
    ".phone": "Teléfono",
    ".nrc": "NRC",
    ".type_contributor": "Tipo de contribuyente",
    ".trade_name": "Nombre comercial",
}
_LINES: Final[Mapping[str, str]] = {
    "lines": "Artículos",
    "lines[].description": "Descripción",
    "lines[].quantity": "Cantidad",
    "lines[].unit_price": "Precio",
    "lines[].discount_percentage": "Descuento (%)",
    "lines[].discount_amount": "Descuento ($)",
    "lines[].sale_kind": "Tipo de venta",
    "lines[].item_kind": "Bien o servicio",
    "lines[].is_service": "Es un servicio",
    "lines[].unit": "Unidad",
    "lines[].code": "Código",
    "lines[].taxes": "Otros tributos de la línea",
    "lines[].taxes[].code": "Tributo",
    "lines[].taxes[].amount": "Monto",
    "lines[].taxes_included": "El precio ya incluye estos tributos",
    "lines[].special_tax": "Impuesto especial, que se imprime en una línea propia",
    "lines[].special_tax.code": "Tributo",
    "lines[].special_tax.amount": "Monto",
    "lines[].special_tax.description": "Texto de la línea",
    "lines[].suggested_price": "Precio sugerido de venta",
    "lines[].related": "A qué documento relacionado pertenece",
    "lines[].document_id": "Crédito fiscal que ajusta",
}
_PAYING: Final[Mapping[str, str]] = {
    "payment_method": "Forma de pago",
    "transaction_condition": "Condición",
    "deadline": "Unidad del plazo",
    "period": "Plazo",
    "payments": "Varios pagos",
    "payments[].payment_method": "Forma de pago",
    "payments[].amount": "Monto (vacío: el resto)",
    "payments[].reference": "Número de comprobante",
    "payments[].deadline": "Unidad del plazo",
    "payments[].period": "Plazo",
    "payment_number": "Número de pago electrónico (NPE)",
}
_TERMS: Final[Mapping[str, str]] = {
    "customer_name": "Nombre en la factura",
    "prices_include_vat": "Precios",
    "discount_percentage": "Descuento a todo el documento (%)",
    "discount_amount": "Descuento a todo el documento ($)",
    "charges": "Cargos y créditos sin IVA",
    "charges[].description": "Descripción",
    "charges[].amount": "Monto (negativo: un crédito)",
    "charges[].item_kind": "Bien o servicio",
    "charges[].related": "A qué documento relacionado ajusta",
    "charges[].document_id": "Crédito fiscal que ajusta",
    "tip": "Propina",
    "withholding": "Retención de IVA del cliente",
    "income_tax_withheld": "Renta retenida ($)",
    "income_tax_reason": "Por qué la renta es otra",
    "vat_collection": "Percepción de 1 % de IVA",
    "activity_code": "Actividad económica de su empresa",
    "redirect_email": "Copias por correo a",
    "document_id": "Crédito fiscal que se ajusta",
    "full_adjustment": "Devolver todo el crédito fiscal",
}
_MENTIONS: Final[Mapping[str, str]] = {
    "on_behalf_of": "Venta por cuenta de un tercero",
    "on_behalf_of.name": "Nombre",
    "on_behalf_of.nit": "NIT",
    "on_behalf_of.domiciled": "Domiciliado en El Salvador",
    "bought_for": "Compra por cuenta de",
    "bought_for.name": "Nombre",
    "bought_for.document_number": "Número de documento",
    "documents": "Documentos asociados",
    "documents[].side": "De quién es",
    "documents[].name": "Qué documento es",
    "documents[].detail": "Número y datos",
    "doctors": "Médicos",
    "doctors[].name": "Nombre",
    "doctors[].nit": "NIT",
    "doctors[].document_number": "Documento, si no está domiciliado",
    "doctors[].service": "Servicio",
    "transport": "Transporte",
    "transport[].mode": "Modo",
    "transport[].plate": "Placa",
    "transport[].driver_document": "Documento del conductor",
    "transport[].driver_name": "Nombre del conductor",
    "remarks": "Observaciones",
    "appendix": "Apéndice",
    "appendix[].field": "Campo",
    "appendix[].label": "Etiqueta",
    "appendix[].value": "Valor",
    "delivery": "Entrega",
    "delivery.delivered_by": "Entrega: nombre",
    "delivery.delivered_by_document": "Entrega: documento",
    "delivery.received_by": "Recibe: nombre",
    "delivery.received_by_document": "Recibe: documento",
    "delivery.vehicle_plate": "Placa del vehículo",
}
_RELATED: Final[Mapping[str, str]] = {
    "related_documents": "Documentos relacionados",
    "related_documents[].document_id": "Documento propio",
    "related_documents[].doc_type": "Tipo",
    "related_documents[].number": "Número, si es en papel",
    "related_documents[].generation_code": "Código de generación, si es electrónico",
    "related_documents[].issued_on": "Fecha (año-mes-día)",
    "related_documents[].control_number": "Número de control",
    "related_documents[].amount_taxable": "Monto gravado",
    "related_documents[].amount_exempt": "Monto exento",
    "related_documents[].amount_not_subject": "Monto no sujeto",
    "related_documents[].amount_vat": "IVA",
    "related_documents[].amount_withheld": "IVA retenido",
    "related_documents[].amount_collected": "IVA percibido",
    "related_documents[].amount_income_tax": "Renta retenida",
    "related_documents[].taxes": "Otros tributos",
    "related_documents[].taxes[].code": "Tributo",
    "related_documents[].taxes[].amount": "Monto",
    "related_documents[].charges": "Cargos",
    "related_documents[].charges[].description": "Descripción",
    "related_documents[].charges[].amount": "Monto",
}
_EXPORT: Final[Mapping[str, str]] = {
    "country": "País de destino",
    "item_type": "Qué se exporta",
    "person_type": "Tipo de persona",
    "customs_office": "Recinto fiscal",
    "regime_type": "Tipo de régimen",
    "regime": "Régimen",
    "incoterm": "INCOTERM",
    "freight": "Flete",
    "insurance": "Seguro",
}

LABELS: Final[Mapping[str, str]] = {
    **{f"customer{end}": label for end, label in _PERSON.items()},
    **{f"subject{end}": label for end, label in _PERSON.items()},
    "subject": "Vendedor",
    **_LINES,
    **_PAYING,
    **_TERMS,
    **_MENTIONS,
    **_RELATED,
    **_EXPORT,
}
"""The label of every field that a form can have."""

_UNITS_OF_TERM: Final[Mapping[str, str]] = {"1": "días", "2": "meses", "3": "años"}
_ITEM_KINDS: Final[Mapping[str, str]] = {"goods": "bien", "service": "servicio", "both": "bien y servicio"}

OPTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "lines[].sale_kind": {"taxed": "gravada", "exempt": "exenta", "not_subject": "no sujeta"},
    "lines[].item_kind": _ITEM_KINDS,
    "charges[].item_kind": _ITEM_KINDS,
    "customer.type_contributor": {"1": "pequeño", "2": "mediano", "3": "grande", "4": "gobierno"},
    "transaction_condition": {"1": "al contado", "2": "al crédito", "3": "otra"},
    "deadline": _UNITS_OF_TERM,
    "payments[].deadline": _UNITS_OF_TERM,
    "prices_include_vat": {"true": "con IVA", "false": "sin IVA"},
    "withholding": {"auto": "según la ley", "none": "ninguna", "vat_1": "1 %, en todo caso"},
    "documents[].side": {"issuer": "de su empresa", "receiver": "del cliente"},
    "doctors[].service": {
        "1": "cirugía",
        "2": "operación",
        "3": "tratamiento médico",
        "4": "cirugía para el ISBM",
        "5": "operación para el ISBM",
        "6": "tratamiento médico para el ISBM",
    },
    "transport[].mode": {
        "1": "terrestre",
        "2": "aéreo",
        "3": "marítimo",
        "4": "ferroviario",
        "5": "multimodal",
        "6": "correo",
    },
    "item_type": {"1": "bienes", "2": "servicios", "3": "bienes y servicios"},
    "person_type": {"1": "persona natural", "2": "persona jurídica"},
}
"""Words for codes that are not of MH's catalogs, whose own labels are Spanish."""

YES_NO: Final[Mapping[str, str]] = {"true": "sí", "false": "no"}

IN_CASH: Final = "01"
CASH_WORDS: Final = "Efectivo (billetes y monedas)"
"""The words for the first way of paying, which MH's catalog calls by its coins alone."""

RELATED_WORDS: Final = phrase("Documento relacionado {number}")
"""The words for one of the related documents, which a request names by its position."""

FIELD_HINTS: Final[Mapping[str, str]] = {
    "period": "Solo si la venta es al crédito.",
    "deadline": "Solo si la venta es al crédito.",
}
"""What a person has to know of a field before filling it in."""

UNSAID: Final[Mapping[str, tuple[str, str]]] = {
    "lines[].sale_kind": ("taxed", "gravada"),
    "lines[].item_kind": ("goods", "bien"),
    "lines[].unit": ("59", "unidad"),
    "prices_include_vat": ("true", "con IVA"),
    "withholding": ("auto", "según la ley"),
    "payment_method": (IN_CASH, CASH_WORDS),
    "transaction_condition": ("1", "al contado"),
    "deadline": ("1", "días"),
}
"""What counts when a choice is left open: its code and its words."""
