"""Evento de invalidación (rules.md 5)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace

from ocote.dte.editions import Edition, build_invalidation
from ocote.dte.faults import FaultCode, InvalidSale
from ocote.dte.invalidation.naming import invalidation_edition, name_can_be_cancelled
from ocote.dte.invalidation.value import InvalidatedDocument, InvalidationEvent
from ocote.dte.sale import Issuer, Person
from tests.dte.official_rules import as_sent, assert_conforms, schema_errors
from tests.dte.samples import GENERATION_CODE, ISSUER

SCHEMA = {"v1": "anulacion-schema-v2.json", "v2": "invalidacion-schema-v3.json"}
BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])

EVENT_CODE = "A170B338-3926-4059-B28C-105D1FB17C23"
REPLACEMENT = "0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8"
STAMP = "2026F41C0A7D9B3E5826714ACD90BE37F1258QXT"

CCF = InvalidatedDocument(
    doc_type="03",
    generation_code=GENERATION_CODE,
    stamp=STAMP,
    control_number="DTE-03-M001P001-000000000000071",
    issued_on=date(2026, 6, 3),
    vat=Decimal("18.46"),
    receiver_document_type="36",
    receiver_document_number="06140101900020",
    receiver_name="Distribuidora del Centro, S.A. de C.V.",
    receiver_phone="2500-0000",
    receiver_email="compras@distribuidora.example",
)
ANONYMOUS_INVOICE = InvalidatedDocument(
    doc_type="01",
    generation_code=GENERATION_CODE,
    stamp=STAMP,
    control_number="DTE-01-M001P001-000000000000458",
    issued_on=date(2026, 6, 3),
    vat=Decimal("4.52"),
    receiver_document_type=None,
    receiver_document_number=None,
    receiver_name="Consumidor Final",
)
EVENT = InvalidationEvent(
    environment="00",
    generation_code=EVENT_CODE,
    made_at=datetime(2026, 6, 4, 15, 2, 11, tzinfo=UTC),
    issuer=ISSUER,
    document=CCF,
    reason=2,
    responsible=ISSUER.responsible,
    requested_by=Person("Jefatura de ventas", "36", "06140101901015"),
)


def written(edition: Edition, event: InvalidationEvent) -> dict[str, Any]:
    return as_sent(build_invalidation(edition, event))


def refused(edition: Edition, event: InvalidationEvent) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSale) as refusal:
        build_invalidation(edition, event)
    return [(fault.code, fault.field) for fault in refusal.value.faults]


def test_a_rescinded_ccf_in_version_two() -> None:
    assert written("v2", EVENT) == {
        "identificacion": {
            "version": 3,
            "ambiente": "00",
            "codigoGeneracion": EVENT_CODE,
            "fecEmi": "2026-06-03",
            "horEmi": "09:02:11",
            "fusion": None,
        },
        "emisor": {
            "nit": "06140101901015",
            "nombre": "Librería El Volcán, S.A. de C.V.",
            "codEstableMH": "M001",
            "codEstable": "M001",
            "codPuntoVentaMH": "P001",
            "codPuntoVenta": "P001",
            "telefono": "22220000",
            "correo": "facturas@elvolcan.example",
        },
        "documento": {
            "tipoDte": "03",
            "codigoGeneracion": GENERATION_CODE,
            "selloRecibido": STAMP,
            "numeroControl": "DTE-03-M001P001-000000000000071",
            "fecEmi": "2026-06-03",
            "codigoGeneracionR": None,
            "tipoDocumento": "36",
            "numDocumento": "06140101900020",
            "nombre": "Distribuidora del Centro, S.A. de C.V.",
            "telefono": "2500-0000",
            "correo": "compras@distribuidora.example",
        },
        "motivo": {
            "tipoAnulacion": 2,
            "motivoAnulacion": None,
            "nombreResponsable": "Encargada de turno",
            "tipDocResponsable": "13",
            "numDocResponsable": "000162975",
            "nombreSolicita": "Jefatura de ventas",
            "tipDocSolicita": "36",
            "numDocSolicita": "06140101901015",
        },
    }


def test_a_rescinded_ccf_in_version_one() -> None:
    event = written("v1", EVENT)
    assert event["identificacion"] == {
        "version": 2,
        "ambiente": "00",
        "codigoGeneracion": EVENT_CODE,
        "fecAnula": "2026-06-04",
        "horAnula": "09:02:11",
    }
    assert (event["emisor"]["tipoEstablecimiento"], event["emisor"]["nomEstablecimiento"]) == ("02", "El Volcán")
    assert event["documento"]["montoIva"] == Decimal("18.46")
    assert event["documento"]["telefono"] == "25000000"


@pytest.mark.parametrize(
    ("doc_type", "dated"),
    [("03", "2026-06-03"), ("05", "2026-06-03"), ("01", "2026-06-04"), ("11", "2026-06-04"), ("14", "2026-06-04")],
)
def test_in_version_two_the_event_carries_the_documents_date_but_for_01_11_and_14(doc_type: str, dated: str) -> None:
    event = written("v2", replace(EVENT, document=replace(CCF, doc_type=doc_type)))
    assert event["identificacion"]["fecEmi"] == dated
    assert event["documento"]["fecEmi"] == "2026-06-03"


def test_an_unnamed_consumer_is_null_in_version_two_and_the_issuer_in_version_one() -> None:
    anonymous = replace(EVENT, document=ANONYMOUS_INVOICE)
    second = written("v2", anonymous)["documento"]
    assert (second["tipoDocumento"], second["numDocumento"], second["nombre"]) == (None, None, "Consumidor Final")
    first = written("v1", anonymous)["documento"]
    assert (first["tipoDocumento"], first["numDocumento"]) == ("36", "06140101901015")
    assert first["nombre"] == "Consumidor Final"
    assert (first["telefono"], first["correo"]) == ("22220000", "facturas@elvolcan.example")
    assert (second["telefono"], second["correo"]) == (None, None)


def test_what_an_unidentified_consumer_did_tell_is_kept_in_version_one() -> None:
    reached = replace(ANONYMOUS_INVOICE, receiver_phone="7000-0000", receiver_email="ana@example.com")
    first = written("v1", replace(EVENT, document=reached))["documento"]
    assert (first["telefono"], first["correo"]) == ("70000000", "ana@example.com")


def test_an_identified_receiver_without_phone_and_email_is_not_given_those_of_the_issuer() -> None:
    silent = replace(CCF, receiver_phone=None, receiver_email=None)
    first = written("v1", replace(EVENT, document=silent))["documento"]
    assert first["telefono"] is None
    assert "correo" not in first


@pytest.mark.parametrize(
    ("issuer", "place"),
    [
        (ISSUER, "El Volcán"),
        (replace(ISSUER, trade_name=None), "Librería El Volcán, S.A. de C.V."),
        (replace(ISSUER, trade_name="El"), "Librería El Volcán, S.A. de C.V."),
        (replace(ISSUER, trade_name=None, name=f"{'x' * 149} {'y' * 50}"), "x" * 149),
    ],
)
def test_an_establishment_without_a_trade_name_bears_the_companys_in_version_one(issuer: Issuer, place: str) -> None:
    event = written("v1", replace(EVENT, issuer=issuer))
    assert event["emisor"]["nomEstablecimiento"] == place
    assert_conforms("v1", SCHEMA["v1"], event)


def test_a_rescission_without_a_word_is_explained_by_the_catalog_in_version_one_and_null_in_version_two() -> None:
    assert written("v1", EVENT)["motivo"]["motivoAnulacion"] == "Rescindir de la operación realizada."
    wrong = written("v1", replace(EVENT, reason=1, replacement=REPLACEMENT))
    assert wrong["motivo"]["motivoAnulacion"].startswith("Error en la Información del Documento")
    assert_conforms("v1", SCHEMA["v1"], wrong)
    assert written("v2", EVENT)["motivo"]["motivoAnulacion"] is None
    told = replace(EVENT, explanation="El cliente desistió")
    assert written("v1", told)["motivo"]["motivoAnulacion"] == "El cliente desistió"


@BOTH
def test_an_error_needs_the_document_that_replaces_the_wrong_one(edition: Edition) -> None:
    assert refused(edition, replace(EVENT, reason=1)) == [(FaultCode.REPLACEMENT_MISSING, "replacement")]
    event = written(edition, replace(EVENT, reason=1, replacement=REPLACEMENT))
    assert event["documento"]["codigoGeneracionR"] == REPLACEMENT


@BOTH
def test_a_rescission_takes_no_replacement(edition: Edition) -> None:
    assert refused(edition, replace(EVENT, replacement=REPLACEMENT)) == [
        (FaultCode.REPLACEMENT_NOT_ALLOWED, "replacement")
    ]


@BOTH
def test_another_reason_is_explained_and_replaced(edition: Edition) -> None:
    assert refused(edition, replace(EVENT, reason=3)) == [
        (FaultCode.INVALIDATION_NOTE_LENGTH, "note"),
        (FaultCode.REPLACEMENT_MISSING, "replacement"),
    ]
    complete = replace(EVENT, reason=3, explanation="Cambio de producto", replacement=REPLACEMENT)
    assert written(edition, complete)["motivo"]["motivoAnulacion"] == "Cambio de producto"


def test_a_credit_note_is_never_replaced_in_version_two_while_the_schema_of_version_one_insists() -> None:
    note = replace(EVENT, document=replace(CCF, doc_type="05"), reason=1)
    assert written("v2", note)["documento"]["codigoGeneracionR"] is None
    assert refused("v2", replace(note, replacement=REPLACEMENT)) == [(FaultCode.REPLACEMENT_NOT_ALLOWED, "replacement")]
    assert refused("v1", note) == [(FaultCode.REPLACEMENT_MISSING, "replacement")]


@BOTH
def test_a_reason_that_does_not_exist_is_refused(edition: Edition) -> None:
    found = refused(edition, replace(EVENT, reason=4, replacement=REPLACEMENT))
    assert (FaultCode.INVALIDATION_REASON_UNKNOWN, "reason") in found


@pytest.mark.parametrize(("edition", "text"), [("v1", "abcd"), ("v1", "x" * 251), ("v2", "x" * 201), ("v2", "")])
def test_the_explanation_must_fit_the_schema(edition: Edition, text: str) -> None:
    assert refused(edition, replace(EVENT, explanation=text)) == [(FaultCode.INVALIDATION_NOTE_LENGTH, "note")]


def test_names_too_short_for_version_one_are_refused_there() -> None:
    short = replace(EVENT, requested_by=Person("Luz", "13", "000162975"))
    assert refused("v1", short) == [(FaultCode.PERSON_NAME_LENGTH, "requested_by.name")]
    assert written("v2", short)["motivo"]["nombreSolicita"] == "Luz"


@pytest.mark.parametrize("field", ["requested_by", "responsible"])
def test_a_document_number_of_two_characters_is_refused_in_version_one(field: str) -> None:
    short = replace(EVENT, **{field: Person("Jefatura de ventas", "37", "17")})
    assert refused("v1", short) == [(FaultCode.PERSON_DOCUMENT_LENGTH, f"{field}.document_number")]
    assert_conforms("v2", SCHEMA["v2"], written("v2", short))
    three = replace(EVENT, **{field: Person("Jefatura de ventas", "37", "170")})
    assert_conforms("v1", SCHEMA["v1"], written("v1", three))


@pytest.mark.parametrize(
    "unnameable", [{"receiver_name": name} for name in ("3M", "Otis", "x" * 201)] + [{"receiver_document_number": "17"}]
)
def test_a_receiver_whom_version_one_cannot_name_is_named_exactly_by_version_two(unnameable: dict[str, str]) -> None:
    event = replace(EVENT, document=replace(CCF, **unnameable))
    assert invalidation_edition("v1", event.document) == "v2"
    second = written("v2", event)
    assert_conforms("v2", SCHEMA["v2"], second)
    keys = {"receiver_name": "nombre", "receiver_document_number": "numDocumento"}
    assert {name: second["documento"][keys[name]] for name in unnameable} == unnameable
    with pytest.raises(ValueError, match="cannot name"):
        build_invalidation("v1", event)


@pytest.mark.parametrize("edition", ["v1", "v2"])
def test_every_other_document_is_cancelled_in_the_edition_in_force(edition: Edition) -> None:
    for document in (CCF, ANONYMOUS_INVOICE, replace(ANONYMOUS_INVOICE, receiver_name=None)):
        assert invalidation_edition(edition, document) == edition


@pytest.mark.parametrize("name", ["Apple", "x" * 200])
def test_a_receivers_name_of_5_to_200_characters_is_repeated_in_version_one(name: str) -> None:
    event = written("v1", replace(EVENT, document=replace(CCF, receiver_name=name)))
    assert event["documento"]["nombre"] == name
    assert_conforms("v1", SCHEMA["v1"], event)


@pytest.mark.parametrize(
    ("name", "in_v1", "in_v2"),
    [(None, True, True), ("Otis", False, True), ("Apple", True, True), ("x" * 201, False, True)],
)
def test_whether_a_buyer_of_this_name_can_be_cancelled_is_known_at_issue(
    name: str | None, in_v1: bool, in_v2: bool
) -> None:
    assert (name_can_be_cancelled(name, "v1"), name_can_be_cancelled(name, "v2")) == (in_v1, in_v2)


def test_only_a_document_that_names_nobody_names_the_issuer() -> None:
    nobody = replace(EVENT, document=replace(ANONYMOUS_INVOICE, receiver_name=None))
    assert written("v1", nobody)["documento"]["nombre"] == ISSUER.name
    assert written("v2", nobody)["documento"]["nombre"] is None


@pytest.mark.parametrize(
    ("doc_type", "issued_on", "made_on", "dated"),
    [
        ("01", date(2026, 6, 3), date(2026, 9, 3), "2026-09-03"),
        ("01", date(2026, 6, 3), date(2026, 9, 4), "2026-09-03"),
        ("11", date(2026, 6, 3), date(2028, 6, 3), "2026-09-03"),
        ("14", date(2026, 11, 30), date(2027, 3, 1), "2027-02-28"),
        ("03", date(2026, 6, 3), date(2026, 7, 14), "2026-06-03"),
    ],
)
def test_in_version_two_the_event_is_dated_three_months_after_its_document_at_the_latest(
    doc_type: str, issued_on: date, made_on: date, dated: str
) -> None:
    """By rules.md 5.3, while medicines may be returned for two years; months end with a shorter month's last day."""
    made_at = datetime(made_on.year, made_on.month, made_on.day, 18, 0, tzinfo=UTC)
    event = replace(EVENT, made_at=made_at, document=replace(CCF, doc_type=doc_type, issued_on=issued_on))
    assert written("v2", event)["identificacion"]["fecEmi"] == dated


@pytest.mark.parametrize(
    ("edition", "doc_type"),
    [*product(["v1", "v2"], ["01", "03", "05", "11"]), ("v2", "14")],
)
@pytest.mark.parametrize("document", [CCF, ANONYMOUS_INVOICE, replace(CCF, vat=None, receiver_phone="+503")])
@pytest.mark.parametrize("reason", [1, 2, 3])
def test_invalidations_pass_the_official_schema(
    edition: Edition, doc_type: str, document: InvalidatedDocument, reason: int
) -> None:
    needs_replacement = reason != 2 and (edition == "v1" or doc_type != "05")
    control_number = f"DTE-{doc_type}-M001P001-000000000000071"
    if edition == "v2" and document.receiver_phone == "+503":
        document = replace(document, receiver_phone=None)
    event = replace(
        EVENT,
        document=replace(document, doc_type=doc_type, control_number=control_number),
        reason=reason,
        explanation="Cambio de producto",
        replacement=REPLACEMENT if needs_replacement else None,
    )
    assert_conforms(edition, SCHEMA[edition], written(edition, event))


def test_the_schema_of_version_one_lists_type_14_but_its_pattern_forgets_its_control_numbers() -> None:
    """The pattern of numeroControl ends at type 12; nothing an issuer may write there would satisfy it."""
    purchase = replace(CCF, doc_type="14", control_number="DTE-14-M001P001-000000000000071", vat=None)
    errors = schema_errors("v1", SCHEMA["v1"], written("v1", replace(EVENT, document=purchase)))
    assert [error.split(":")[0] for error in errors] == ["$.documento.numeroControl"]
