"""Spanish words for what the audit log says: acts, and the names of values that changed."""

from collections.abc import Mapping
from typing import Final

ACTS: Final[Mapping[str, str]] = {
    "company_saved": "Guardó los datos de la empresa",
    "company_enabled": "Activó la empresa",
    "company_disabled": "Desactivó la empresa",
    "key_created": "Creó una clave de la API",
    "key_disabled": "Desactivó una clave de la API",
    "number_set": "Puso el próximo número",
    "numbers_confirmed": "Confirmó los números después de una restauración",
    "webhook_added": "Agregó un webhook",
    "webhook_removed": "Quitó un webhook",
    "webhook_enabled": "Encendió un webhook",
    "webhook_disabled": "Apagó un webhook",
    "webhook_events_chosen": "Cambió los sucesos de un webhook",
    "webhook_secret_rotated": "Cambió el secreto de un webhook",
    "item_saved": "Guardó un artículo",
    "item_removed": "Quitó un artículo",
    "items_imported": "Importó artículos",
    "customer_cleared": "Borró datos de un cliente",
    "contingency_corrected": "Corrigió la causa de una contingencia",
    "contingency_taken_in_hand": "Adelantó el trabajo de una contingencia",
    "till_closed": "Cerró una caja",
}
"""The acts by their names; an act of a later version is shown by its name."""

ADDRESSES: Final[Mapping[str, str]] = {
    "terminal": "desde la terminal del servidor",
    "api": "por la API",
}
"""Where an act came from, when it was no browser."""

CHANGED_FIELDS: Final[Mapping[str, str]] = {
    "active": "Activa",
    "activity_code": "Actividad económica",
    "address.complement": "Dirección",
    "address.department": "Departamento",
    "address.district": "Distrito",
    "address.municipality": "Municipio",
    "because": "Causa",
    "brand.colour": "Color",
    "brand.logo": "Logo (huella)",
    "brand.roll_mm": "Ancho del rollo (mm)",
    "certificate": "Certificado (huella)",
    "certificate_valid_until": "Certificado válido hasta",
    "collection_agent": "Agente de percepción",
    "email": "Correo",
    "events": "Sucesos",
    "export_taxes_authorized": "Tributos en exportaciones",
    "fields": "Datos borrados",
    "host": "Servidor",
    "incomplete_buyers": "Compradores incompletos",
    "items": "Artículos",
    "changed": "Nuevos o cambiados",
    "kind": "Tipo",
    "large_taxpayer": "Gran contribuyente",
    "mail_server": "Servidor de correo",
    "mh_user": "Usuario de Hacienda",
    "name": "Nombre",
    "next": "Próximo número",
    "nit": "NIT",
    "nrc": "NRC",
    "per_hour": "Solicitudes por hora",
    "per_minute": "Solicitudes por minuto",
    "phone": "Teléfono",
    "point": "Punto de venta",
    "points": "Puntos de venta",
    "previous_until": "El secreto anterior vale hasta",
    "reason": "Motivo",
    "responsible.document_number": "Responsable, documento",
    "responsible.document_type": "Responsable, tipo de documento",
    "responsible.name": "Responsable",
    "role": "Rol",
    "series": "Series",
    "state": "Estado",
    "trade_name": "Nombre comercial",
    "unconfirmed_since": "Sin confirmar desde",
    "unit_price": "Precio",
    "v2_from": "Normativa 2.0 desde",
}
"""The names of values; a value without a name here is shown by its own."""
