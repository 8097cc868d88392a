"""What is printed of an invalidation."""

from ocote.printing.event_view import event_sheet
from ocote.printing.sheet import Mark
from tests.printing.documents import STAMP, Document, sample


def _sections(event: Document, stamp: str | None = STAMP) -> dict[str, dict[str, str]]:
    return {
        section.heading: {fact.label: fact.value for fact in section.facts}
        for section in event_sheet(event, stamp).sections
    }


def test_the_event_says_which_document_why_and_who() -> None:
    assert _sections(sample("invalidation-v2")) == {
        "Documento invalidado": {
            "Tipo de documento": "Comprobante de crédito fiscal",
            "Código de generación": "C0FFEE00-1111-4222-8333-444455556666",
            "Número de control": "DTE-03-S002P001-000000000000007",
            "Sello de recepción": "20260FD630F1F29D4DA9953F48F1A09F76B5ZDOC",
            "Fecha de emisión": "15/12/2026",
        },
        "Receptor del documento": {
            "Nombre": "Cliente de Prueba, Sociedad Anónima de Capital Variable",
            "NIT": "0614-888888-001-8",
            "Teléfono": "24400000",
            "Correo": "compras@example.org",
        },
        "Motivo de la invalidación": {
            "Motivo": "Error en la Información del Documento Tributario Electrónico a invalidar",
            "Explicación": "Precio equivocado en el renglón 2",
            "Documento que lo reemplaza": "D0FFEE00-1111-4222-8333-444455556666",
        },
        "Responsables": {
            "Responsable": "Persona responsable, DUI 00000001-7",
            "Solicitante": "Persona que solicita, NIT 0614-888888-001-8",
        },
    }


def test_a_rescinded_operation_of_the_old_edition_has_no_replacement_and_shows_its_tax() -> None:
    sections = _sections(sample("invalidation-v1"))

    assert sections["Documento invalidado"]["Monto de IVA"] == "$23.40"
    assert sections["Motivo de la invalidación"] == {"Motivo": "Rescindir de la operación realizada"}


def test_the_event_has_an_identity_of_its_own() -> None:
    printed = event_sheet(sample("invalidation-v1"), STAMP)

    assert {fact.label: fact.value for fact in printed.identity} == {
        "Código de generación": "1BADBABE-6666-4777-8888-9999AAAABBBB",
        "Sello de recepción": STAMP,
        "Fecha y hora del evento": "16/08/2026 08:00:00",
        "Versión": "2",
    }
    assert printed.marks == (Mark("test", "PRUEBA – SIN VALIDEZ FISCAL"),)
    assert printed.issuer.name == "Almacén de Prueba"


def _receiver(event: Document) -> dict[str, str]:
    return _sections(event)["Receptor del documento"]


NOBODY = {"Identificación": "El documento no identifica a un comprador distinto del emisor"}


def test_an_event_without_an_identified_buyer_says_so() -> None:
    event = sample("invalidation-v2")
    event["documento"].update(tipoDocumento=None, numDocumento=None, nombre=None, telefono=None, correo=None)
    assert _receiver(event) == NOBODY
    event["documento"].update(nombre="Consumidor Final", telefono="70000000")
    assert _receiver(event) == {"Nombre": "Consumidor Final", **NOBODY, "Teléfono": "70000000"}


def test_the_issuer_who_stands_in_for_a_consumer_in_the_old_edition_is_not_printed_as_the_buyer() -> None:
    event = sample("invalidation-v1")
    issuer = event["emisor"]
    event["documento"].update(
        tipoDocumento="36",
        numDocumento=issuer["nit"],
        nombre=issuer["nombre"],
        telefono=issuer["telefono"],
        correo=issuer["correo"],
    )
    assert _receiver(event) == NOBODY
    event["documento"].update(nombre="Consumidor Final", correo="ana@example.com")
    assert _receiver(event) == {"Nombre": "Consumidor Final", **NOBODY, "Correo": "ana@example.com"}


def test_the_catalogs_text_is_not_printed_a_second_time_as_the_explanation() -> None:
    event = sample("invalidation-v1")
    event["motivo"]["motivoAnulacion"] = "Rescindir de la operación realizada."
    assert _sections(event)["Motivo de la invalidación"] == {"Motivo": "Rescindir de la operación realizada"}
