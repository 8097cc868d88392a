"""Invalidation events: who may be invalidated, when, why, and with what replacement."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from ocote.emulator.certificate import make_certificate
from ocote.emulator.clock import EL_SALVADOR
from ocote.emulator.rules.business_days import easter_sunday, nth_business_day
from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client, private_key_in, signed
from tests.emulator.documents import credit_note, events, excluded_subject, export_invoice, full, invoice, tax_credit
from tests.emulator.documents.parts import Document, Emission

V2, V3 = events.invalidation_v2, events.invalidation_v3


def _stamped(client: Client, document: Document) -> tuple[Document, str]:
    answer = client.send(document)
    assert answer.status == 200, answer.body
    stamp: str = answer.body["selloRecibido"]
    return document, stamp


def _at(mh: Any, client: Client, moment: str) -> None:
    mh.control.freeze_clock(datetime.fromisoformat(moment).replace(tzinfo=EL_SALVADOR))
    client.login()


SALES = {
    "invoice": lambda e: full.identified(invoice.v2(e)),
    "anonymous invoice": invoice.v2,
    "CCF": tax_credit.v4,
    "export": export_invoice.v3,
    "excluded subject": excluded_subject.v2,
    "invoice v1": lambda e: full.identified(invoice.v1(e)),
    "CCF v3": tax_credit.v3,
    "export v1": export_invoice.v1,
    "excluded subject v1": excluded_subject.v1,
}


@pytest.mark.parametrize("name", SALES)
@pytest.mark.parametrize("make", [V2, V3], ids=["event v2", "event v3"])
def test_a_rescinded_sale_is_invalidated(client: Client, emission: Emission, name: str, make: Any) -> None:
    document, stamp = _stamped(client, SALES[name](emission))
    event = make(document, stamp)
    answer = client.invalidate(event)
    assert answer.status == 200, answer.body
    assert re.fullmatch(r"[0-9A-Z]{40}", answer.body.pop("selloRecibido"))
    assert answer.body == {
        "version": 2,
        "ambiente": "00",
        "versionApp": 1,
        "estado": "PROCESADO",
        "codigoGeneracion": event["identificacion"]["codigoGeneracion"],
        "fhProcesamiento": "14/08/2026 12:00:00",
        "codigoMsg": "001",
        "descripcionMsg": "Invalidación Recibida y Procesada",
        "observaciones": None,
    }


def test_an_invalidated_document_stays_on_the_books(client: Client, emission: Emission, mh: Any) -> None:
    document, stamp = _stamped(client, invoice.v2(emission))
    client.invalidate(V3(document, stamp))
    (row,) = mh.control.documents(nit=client.company.nit)
    assert row["state"] == "invalidated"
    (event,) = mh.control.events(nit=client.company.nit)
    assert event["document_code"] == emission.code
    assert client.query("01", emission.code).body["estado"] == "PROCESADO"
    assert client.send(document).body["codigoMsg"] == "004"


FAULTS: list[tuple[Changes, tuple[str, str]]] = [
    ({"emisor.nit": "06140000000000"}, ("008", "[emisor.nit] NO CORRESPONDE A CONTRIBUYENTE")),
    ({"emisor.codEstableMH": "X001"}, ("006", "[emisor.codEstableMH] FORMATO NO VALIDO")),
    ({"emisor.codPuntoVentaMH": "0001"}, ("006", "[emisor.codPuntoVentaMH] FORMATO NO VALIDO")),
    ({"identificacion.ambiente": "01"}, ("003", "[identificacion.ambiente] VALOR NO VALIDO")),
    (
        {"documento.codigoGeneracion": "5B0D549B-6F03-475A-9600-A35A099950D8"},
        ("014", "[documento.codigoGeneracion] NO EXISTE UN REGISTRO CON ESTE DATO"),
    ),
    ({"documento.tipoDte": "01"}, ("027", "[documento.tipoDte] DATO NO COINCIDE CON DTE")),
    ({"documento.selloRecibido": "2026" + "A" * 36}, ("027", "[documento.selloRecibido] DATO NO COINCIDE CON DTE")),
    (
        {"documento.numeroControl": "DTE-03-M001P001-000000000000099"},
        ("027", "[documento.numeroControl] DATO NO COINCIDE CON DTE"),
    ),
    ({"documento.fecEmi": "2026-08-13"}, ("027", "[documento.fecEmi] DATO NO COINCIDE CON DTE")),
    ({"documento.tipoDocumento": "13"}, ("027", "[documento.tipoDocumento] DATO NO COINCIDE CON DTE")),
    ({"documento.numDocumento": "000000017"}, ("027", "[documento.numDocumento] DATO NO COINCIDE CON DTE")),
    ({"documento.nombre": "Otra Persona"}, ("027", "[documento.nombre] DATO NO COINCIDE CON DTE")),
    ({"identificacion.fecEmi": "2026-08-13"}, ("027", "[identificacion.fecEmi] DATO NO COINCIDE CON DTE")),
    ({"motivo.tipoAnulacion": 4}, ("003", "[motivo.tipoAnulacion] VALOR NO VALIDO")),
    ({"motivo.tipDocSolicita": "99"}, ("003", "[motivo.tipDocSolicita] VALOR NO VALIDO")),
    ({"motivo.tipDocResponsable": "99"}, ("003", "[motivo.tipDocResponsable] VALOR NO VALIDO")),
    ({"motivo.tipoAnulacion": 1}, ("005", "[documento.codigoGeneracionR] DEBE PROPORCIONAR UN VALOR")),
    ({"motivo.tipoAnulacion": 3}, ("005", "[motivo.motivoAnulacion] DEBE PROPORCIONAR UN VALOR")),
    (
        {"motivo.tipoAnulacion": 3, "motivo.motivoAnulacion": "Cambio de bienes"},
        ("005", "[documento.codigoGeneracionR] DEBE PROPORCIONAR UN VALOR"),
    ),
    (
        {"documento.codigoGeneracionR": "5B0D549B-6F03-475A-9600-A35A099950D8"},
        ("024", "[documento.codigoGeneracionR] VALOR EN CAMPO NO APLICA"),
    ),
    (
        {"motivo.tipoAnulacion": 1, "documento.codigoGeneracionR": "5B0D549B-6F03-475A-9600-A35A099950D8"},
        ("014", "[documento.codigoGeneracionR] NO EXISTE UN REGISTRO CON ESTE DATO"),
    ),
]


@pytest.mark.parametrize(("changes", "refusal"), FAULTS, ids=lambda value: str(value)[:80])
def test_faults_of_an_event(client: Client, emission: Emission, changes: Changes, refusal: tuple[str, str]) -> None:
    document, stamp = _stamped(client, tax_credit.v4(emission))
    event = changed(V3(document, stamp), changes)
    answer = client.invalidate(event, ambiente="00")
    assert answer.status == 400
    assert answer.refusal == refusal
    assert answer.body["estado"] == "RECHAZADO"
    assert answer.body["selloRecibido"] is None
    assert answer.body["observaciones"] == []


def test_a_document_is_invalidated_once(client: Client, emission: Emission) -> None:
    document, stamp = _stamped(client, tax_credit.v4(emission))
    event = V3(document, stamp)
    assert client.invalidate(event).status == 200
    again = ("004", "[identificacion.codigoGeneracion] YA EXISTE UN REGISTRO CON ESE VALOR")
    assert client.invalidate(event).refusal == again
    assert client.invalidate(V3(document, stamp)).refusal == ("015", "DOCUMENTO SE ENCUENTA ANULADO")


class TestEnvelope:
    def test_a_bad_signature_names_no_event(self, client: Client, emission: Emission) -> None:
        document, stamp = _stamped(client, invoice.v2(emission))
        stranger = private_key_in(make_certificate("06149999990017", "Otra", "x"))
        answer = client.invalidate(V3(document, stamp), documento=signed(b"{}", stranger))
        assert answer.refusal == ("802", "Firma no válida")
        assert answer.body["codigoGeneracion"] is None

    def test_version_and_schema_are_checked(self, client: Client, emission: Emission) -> None:
        document, stamp = _stamped(client, invoice.v2(emission))
        event = V3(document, stamp)
        assert client.invalidate(event, version=2).body["observaciones"] == ["Version/Tipo DTE no es valido"]
        del event["motivo"]["numDocSolicita"]
        assert client.invalidate(event).body["observaciones"] == [
            "Campo #/motivo/numDocSolicita es requerido",
            "Campo #/motivo contiene un valor inválido",
        ]

    def test_a_wrong_type_is_the_framework_s_business(self, client: Client, emission: Emission) -> None:
        document, stamp = _stamped(client, invoice.v2(emission))
        assert client.invalidate(V3(document, stamp), idEnvio="uno").body["error"] == "Bad Request"
        client.token = "Bearer x"
        assert client.invalidate(V3(document, stamp)).status == 401


class TestReplacement:
    @pytest.mark.parametrize("make", [V2, V3], ids=["event v2", "event v3"])
    @pytest.mark.parametrize(("reason", "words"), [(1, None), (3, "Cambio de bienes")])
    def test_an_error_is_replaced_by_another_document(
        self, client: Client, emission: Emission, make: Any, reason: int, words: str | None
    ) -> None:
        document, stamp = _stamped(client, tax_credit.v4(emission))
        other, _ = _stamped(client, tax_credit.v4(emission.next()))
        code = other["identificacion"]["codigoGeneracion"]
        event = make(document, stamp, reason=reason, words=words, replacement=code)
        assert client.invalidate(event).status == 200

    def test_a_document_does_not_replace_itself(self, client: Client, emission: Emission) -> None:
        document, stamp = _stamped(client, tax_credit.v4(emission))
        event = V3(document, stamp, reason=1, replacement=emission.code)
        assert client.invalidate(event).refusal == ("007", "[documento.codigoGeneracionR] VALOR NO ES PERMITIDO")

    def test_an_invalidated_document_replaces_nothing(self, client: Client, emission: Emission) -> None:
        document, stamp = _stamped(client, tax_credit.v4(emission))
        other, other_stamp = _stamped(client, tax_credit.v4(emission.next()))
        assert client.invalidate(V3(other, other_stamp)).status == 200
        event = V3(document, stamp, reason=1, replacement=other["identificacion"]["codigoGeneracion"])
        assert client.invalidate(event).refusal[0] == "015"

    def test_a_note_is_replaced_after_its_invalidation(self, client: Client, emission: Emission) -> None:
        ccf, _ = _stamped(client, tax_credit.v4(emission))
        note, stamp = _stamped(client, credit_note.v4(emission.next(), ccf))
        named = V3(note, stamp, reason=1, replacement=emission.code)
        assert client.invalidate(named).refusal == ("024", "[documento.codigoGeneracionR] VALOR EN CAMPO NO APLICA")
        assert client.invalidate(V3(note, stamp, reason=1)).status == 200


def test_a_ccf_with_a_live_note_stays(client: Client, emission: Emission) -> None:
    ccf, stamp = _stamped(client, tax_credit.v4(emission))
    note, note_stamp = _stamped(client, credit_note.v4(emission.next(), ccf))
    assert client.invalidate(V3(ccf, stamp)).refusal == ("028", "DTE ESTA RELACIONADO CON OTRO DTE")
    assert client.invalidate(V3(note, note_stamp)).status == 200
    assert client.invalidate(V3(ccf, stamp)).status == 200


class TestDates:
    def test_the_event_of_an_invoice_is_dated_from_its_day_up_to_three_months_later(
        self, client: Client, emission: Emission, mh: Any
    ) -> None:
        document, stamp = _stamped(client, invoice.v2(emission))
        before = V3(document, stamp, day="2026-08-13")
        assert client.invalidate(before).refusal == ("018", "[identificacion.fecEmi] FECHA FUERA DE PLAZO PERMITIDO")
        assert client.invalidate(V3(document, stamp, day="2026-08-15")).refusal[0] == "018"
        _at(mh, client, "2026-09-01T12:00")
        assert client.invalidate(V3(document, stamp, day="2026-09-01")).status == 200

    def test_the_v1_event_of_a_ccf_is_dated_a_day_later_at_most(
        self, client: Client, emission: Emission, mh: Any
    ) -> None:
        _at(mh, client, "2026-08-15T12:00")
        document, stamp = _stamped(client, tax_credit.v3(emission))
        _at(mh, client, "2026-08-16T12:00")
        late = V2(document, stamp, day="2026-08-16")
        assert client.invalidate(late).refusal == ("018", "[identificacion.fecAnula] FECHA FUERA DE PLAZO PERMITIDO")
        assert client.invalidate(V2(document, stamp, day="2026-08-15")).status == 200


class TestWindows:
    """The dated examples of rules.md 5.2, on the last day and one day later."""

    @pytest.mark.parametrize(
        ("stamped_on", "last_day"),
        [("2026-03-19", "2026-04-20"), ("2026-04-25", "2026-05-15"), ("2026-04-15", "2026-05-15")],
    )
    def test_a_ccf_has_until_the_tenth_business_day_of_the_next_month(
        self, client: Client, emission: Emission, mh: Any, stamped_on: str, last_day: str
    ) -> None:
        self._ends_on(mh, client, replace(emission, day=stamped_on), tax_credit.v4, V3, last_day)

    @pytest.mark.parametrize(("stamped_on", "last_day"), [("2025-11-11", "2026-02-11"), ("2025-11-30", "2026-02-28")])
    @pytest.mark.parametrize("make", [V2, V3], ids=["event v2", "event v3"])
    def test_an_invoice_has_three_months(
        self, client: Client, emission: Emission, mh: Any, make: Any, stamped_on: str, last_day: str
    ) -> None:
        self._ends_on(mh, client, replace(emission, day=stamped_on), invoice.v2, make, last_day)

    def test_a_v1_event_has_a_day(self, client: Client, emission: Emission, mh: Any) -> None:
        self._ends_on(mh, client, replace(emission, day="2026-03-19"), tax_credit.v3, V2, "2026-03-20")

    def test_some_activities_have_two_years(self, client: Client, emission: Emission, mh: Any) -> None:
        def of_a_laboratory(emission: Emission) -> Document:
            return changed(invoice.v2(emission), {"emisor.codActividad": "21001"})

        # The event's own date stays within three months of the document, so it is set there.
        _at(mh, client, "2025-11-11T10:30")
        document, stamp = _stamped(client, of_a_laboratory(replace(emission, day="2025-11-11")))
        _at(mh, client, "2027-11-12T10:30")
        late = client.invalidate(V3(document, stamp, day="2026-02-11"))
        assert late.refusal == ("018", "[identificacion.fecEmi] FECHA FUERA DE PLAZO PERMITIDO")
        _at(mh, client, "2027-11-11T23:59:59")
        assert client.invalidate(V3(document, stamp, day="2026-02-11")).status == 200

    def test_the_window_can_be_set(self, client: Client, emission: Emission, mh: Any) -> None:
        mh.control.policy(invalidation_business_days_v2=1)
        try:
            self._ends_on(mh, client, replace(emission, day="2026-03-19"), tax_credit.v4, V3, "2026-04-07")
        finally:
            mh.control.policy(invalidation_business_days_v2=10)

    def _ends_on(self, mh: Any, client: Client, emission: Emission, sale: Any, make: Any, last_day: str) -> None:
        _at(mh, client, f"{emission.day}T10:30")
        document, stamp = _stamped(client, sale(emission))
        day_after = date.fromisoformat(last_day).toordinal() + 1
        _at(mh, client, f"{date.fromordinal(day_after)}T00:00:01")
        event = make(document, stamp, day=emission.day)
        assert client.invalidate(event).refusal[1].endswith("FECHA FUERA DE PLAZO PERMITIDO")
        _at(mh, client, f"{last_day}T23:59:59")
        assert client.invalidate(event).status == 200


@pytest.mark.parametrize(
    ("year", "month", "tenth"),
    [
        (2026, 4, date(2026, 4, 20)),
        (2026, 5, date(2026, 5, 15)),
        (2026, 8, date(2026, 8, 20)),
        (2027, 1, date(2027, 1, 15)),
    ],
)
def test_business_days_leave_out_weekends_and_holidays(year: int, month: int, tenth: date) -> None:
    assert nth_business_day(year, month, 10) == tenth


@pytest.mark.parametrize(
    ("year", "easter"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2027, date(2027, 3, 28))],
)
def test_easter(year: int, easter: date) -> None:
    assert easter_sunday(year) == easter
