"""Evento de contingencia (rules.md 4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ocote.dte.contingency_event.value import ContingencyEvent, ReportedDocument
from ocote.dte.editions import Edition, build_contingency
from ocote.dte.faults import FaultCode, InvalidSale
from ocote.dte.sale import Contingency
from tests.dte.official_rules import as_sent, assert_conforms
from tests.dte.samples import GENERATION_CODE, ISSUER

SCHEMA = {"v1": "contingencia-schema-v3.json", "v2": "contingencia-schema-v4.json"}
BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])

EVENT = ContingencyEvent(
    environment="00",
    generation_code="A170B338-3926-4059-B28C-105D1FB17C23",
    sent_at=datetime(2026, 8, 14, 16, 29, 58, tzinfo=UTC),
    issuer=ISSUER,
    cause=Contingency(kind=3),
    began_at=datetime(2026, 8, 14, 13, 10, tzinfo=UTC),
    ended_at=datetime(2026, 8, 14, 15, 45, tzinfo=UTC),
    documents=(ReportedDocument("01", GENERATION_CODE),),
)


def written(edition: Edition, event: ContingencyEvent) -> dict[str, Any]:
    return as_sent(build_contingency(edition, event))


def test_the_event_of_the_rules_in_version_two() -> None:
    assert written("v2", EVENT) == {
        "identificacion": {
            "version": 4,
            "ambiente": "00",
            "codigoGeneracion": "A170B338-3926-4059-B28C-105D1FB17C23",
            "fTransmision": "2026-08-14",
            "hTransmision": "10:29:58",
        },
        "emisor": {
            "nit": "06140101901015",
            "nombre": "Librería El Volcán, S.A. de C.V.",
            "nombreResponsable": "Encargada de turno",
            "tipoDocResponsable": "13",
            "numeroDocResponsable": "000162975",
            "tipoEstablecimiento": "02",
            "codEstableMH": "M001",
            "codPuntoVentaMH": "P001",
            "telefono": "22220000",
            "correo": "facturas@elvolcan.example",
        },
        "detalleDTE": [{"noItem": 1, "tipoDoc": "01", "codigoGeneracion": GENERATION_CODE}],
        "motivo": {
            "fInicio": "2026-08-14",
            "fFin": "2026-08-14",
            "hInicio": "07:10:00",
            "hFin": "09:45:00",
            "tipoContingencia": 3,
            "motivoContingencia": None,
        },
    }


def test_version_one_names_the_point_of_sale_under_its_older_key() -> None:
    event = written("v1", EVENT)
    assert event["identificacion"]["version"] == 3
    assert event["emisor"]["codPuntoVenta"] == "P001"
    assert "codPuntoVentaMH" not in event["emisor"]


@BOTH
def test_a_contingency_over_midnight_keeps_its_local_days(edition: Edition) -> None:
    event = replace(EVENT, began_at=datetime(2026, 8, 14, 5, 30, tzinfo=UTC))
    reason = written(edition, event)["motivo"]
    assert (reason["fInicio"], reason["hInicio"]) == ("2026-08-13", "23:30:00")
    assert (reason["fFin"], reason["hFin"]) == ("2026-08-14", "09:45:00")


@BOTH
def test_only_another_cause_is_told_in_words_and_must_be(edition: Edition) -> None:
    told = replace(EVENT, cause=Contingency(kind=5, reason="Inundación del local"))
    assert written(edition, told)["motivo"]["motivoContingencia"] == "Inundación del local"
    with pytest.raises(InvalidSale) as refusal:
        build_contingency(edition, replace(EVENT, cause=Contingency(kind=5)))
    assert refusal.value.faults[0].code is FaultCode.CONTINGENCY_REASON_LENGTH


@BOTH
@pytest.mark.parametrize("cause", [Contingency(kind) for kind in (1, 2, 3, 4)] + [Contingency(5, "x" * 500)])
@pytest.mark.parametrize("types", [("01",), ("01", "03", "05", "11", "14") * 3])
def test_events_pass_the_official_schema(edition: Edition, cause: Contingency, types: Sequence[str]) -> None:
    documents = tuple(ReportedDocument(doc_type, GENERATION_CODE) for doc_type in types)
    assert_conforms(edition, SCHEMA[edition], written(edition, replace(EVENT, cause=cause, documents=documents)))


def test_an_event_reports_between_one_and_a_thousand_documents() -> None:
    one = ReportedDocument("01", GENERATION_CODE)
    assert len(replace(EVENT, documents=[one] * 1000).documents) == 1000
    for wrong in ([], [one] * 1001):
        with pytest.raises(ValueError, match="1 to 1000"):
            replace(EVENT, documents=wrong)


def test_only_types_that_may_be_issued_in_contingency_are_reported() -> None:
    with pytest.raises(ValueError, match="cannot be issued in contingency"):
        replace(EVENT, documents=[ReportedDocument("15", GENERATION_CODE)])


@pytest.mark.parametrize("seconds", [0, 0.5, -60])
def test_a_contingency_ends_after_it_begins(seconds: float) -> None:
    with pytest.raises(ValueError, match="ends after it begins"):
        replace(EVENT, ended_at=EVENT.began_at + timedelta(seconds=seconds))
