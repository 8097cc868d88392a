"""What a person fills in during the first run of a company that MH knows."""

from ocote.emulator.server import RegisteredCompany

OTHER_NIT = "06140102260013"
OTHER_NRC = "1234575"


def company_fields(made: RegisteredCompany) -> dict[str, str]:
    """The first step, as a browser sends it."""
    return {
        "environment": "00",
        "nit": made.nit,
        "nrc": made.nrc,
        "name": made.name,
        "activity_cod": "10791",
        "phone": "22223333",
        "email": "facturas@example.com",
        "address-district": "Mejicanos, San Salvador",
        "address-complement": "Avenida Nueva 5",
        "responsible-name": "Persona de Prueba",
        "responsible-document_type": "13",
        "responsible-document_number": "00000001-8",
        "incomplete_buyers": "fill",
    }


BRANCHES = {"branch-0-cod": "M001", "branch-0-points": "P001, P002"}
