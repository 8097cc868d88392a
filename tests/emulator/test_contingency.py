"""Contingency: the event, the documents after it, one by one and in lots."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ocote.emulator.certificate import make_certificate
from ocote.emulator.clock import EL_SALVADOR
from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client, private_key_in, signed
from tests.emulator.documents import events, excluded_subject, export_invoice, full, invoice, tax_credit
from tests.emulator.documents.parts import Document, Emission
from tests.emulator.one_company import emulator_of_one_company, its_secrets

OUT_OF_TIME = "FECHA/HORA TRANSMISION FUERA DE PLAZO PERMITIDO"


def _offline(document: Document) -> Document:
    return full.in_contingency(document, kind=3, reason=None)


def _at(mh: Any, client: Client, moment: str) -> None:
    mh.control.freeze_clock(datetime.fromisoformat(moment).replace(tzinfo=EL_SALVADOR))
    client.login()


@pytest.mark.parametrize("make", [events.contingency_v3, events.contingency_v4], ids=["v3", "v4"])
def test_a_reported_document_is_stamped_after_the_event(client: Client, emission: Emission, make: Any) -> None:
    documents = [_offline(invoice.v1(emission)), _offline(tax_credit.v4(emission.next()))]
    answer = client.report(make(emission, *documents))
    assert answer.status == 200
    assert re.fullmatch(r"[0-9A-Z]{40}", answer.body.pop("selloRecibido"))
    assert answer.body == {
        "estado": "RECIBIDO",
        "fechaHora": "14/08/2026 12:00:00",
        "mensaje": "Documento recibido",
        "observaciones": [],
    }
    assert [client.send(document).status for document in documents] == [200, 200]


@pytest.mark.parametrize("make", [export_invoice.v1, export_invoice.v3, excluded_subject.v1, excluded_subject.v2])
def test_exports_and_purchases_know_contingency_too(client: Client, emission: Emission, make: Any) -> None:
    document = _offline(make(emission))
    assert client.report(events.contingency_v4(emission, document)).status == 200
    assert client.send(document).status == 200


def test_a_contingency_document_without_an_event_is_refused(client: Client, emission: Emission) -> None:
    other = _offline(invoice.v2(emission.next()))
    assert client.report(events.contingency_v4(emission, other)).status == 200
    document = _offline(invoice.v2(emission))
    assert client.send(document).verdict == ("012", "11", "NO EXISTE EVENTO DE CONTINGENCIA")


@pytest.mark.parametrize(
    "changes",
    [
        {"identificacion.horEmi": "07:09:59"},
        {"identificacion.horEmi": "11:45:01"},
        {"identificacion.fecEmi": "2026-08-13"},
        {"identificacion.tipoContingencia": 2},
    ],
    ids=str,
)
def test_a_document_outside_the_reported_period_is_refused(
    client: Client, emission: Emission, changes: Changes
) -> None:
    document = _offline(invoice.v2(emission))
    assert client.report(events.contingency_v4(emission, document)).status == 200
    refused = client.send(changed(document, changes))
    assert refused.verdict == ("013", "11", "NO ESTA ENTRE PERIODO REPORTADO EN EVENTO DE CONTINGENCIA")


def test_a_document_reported_as_another_type_is_refused(client: Client, emission: Emission) -> None:
    document = _offline(invoice.v2(emission))
    event = changed(events.contingency_v4(emission, document), {"detalleDTE.0.tipoDoc": "03"})
    assert client.report(event).status == 200
    assert client.send(document).body["codigoMsg"] == "013"


def test_documents_have_72_hours_from_the_stamp_of_the_event(client: Client, emission: Emission, mh: Any) -> None:
    first, second = _offline(invoice.v2(emission)), _offline(invoice.v2(emission.next()))
    assert client.report(events.contingency_v4(emission, first, second)).status == 200
    _at(mh, client, "2026-08-17T12:00:00")
    assert client.send(first).body["codigoMsg"] == "002"
    _at(mh, client, "2026-08-17T12:00:01")
    late = client.send(second)
    assert late.verdict == ("018", "11", "[identificacion.fecEmi] FECHA FUERA DE PLAZO PERMITIDO")


def test_a_second_event_covers_what_the_first_did_not(client: Client, emission: Emission) -> None:
    document = _offline(invoice.v2(emission))
    wrong = events.contingency_v4(emission, document, hInicio="11:00:00")
    assert client.report(wrong).status == 200
    assert client.send(document).body["codigoMsg"] == "013"
    assert client.report(events.contingency_v4(emission, document)).status == 200
    assert client.send(document).status == 200


class TestWindow:
    """24 hours from the end of the cause, by the event's own word and by the clock."""

    @pytest.mark.parametrize(
        ("now", "stated", "accepted"),
        [
            ("2026-08-15T11:45:00", ("2026-08-15", "11:45:00"), True),
            ("2026-08-15T11:45:01", ("2026-08-15", "11:45:00"), False),
            ("2026-08-14T12:00:00", ("2026-08-15", "11:45:01"), False),
            ("2026-08-14T12:00:00", ("2026-08-14", "11:44:59"), False),
            ("2026-08-14T12:00:00", ("2026-08-14", "12:31:00"), False),
            ("2026-08-14T12:00:00", ("2026-08-14", "11:45:00"), True),
        ],
    )
    def test_edges(
        self, client: Client, emission: Emission, mh: Any, now: str, stated: tuple[str, str], accepted: bool
    ) -> None:
        _at(mh, client, now)
        event = changed(
            events.contingency_v4(emission, _offline(invoice.v2(emission))),
            {"identificacion.fTransmision": stated[0], "identificacion.hTransmision": stated[1]},
        )
        answer = client.report(event)
        if accepted:
            assert answer.status == 200
        else:
            assert answer.status == 400
            assert answer.body == {
                "estado": "RECHAZADO",
                "fechaHora": f"{now[8:10]}/08/2026 {now[11:]}",
                "mensaje": "Validaciones no superadas",
                "selloRecibido": None,
                "observaciones": [OUT_OF_TIME],
            }

    def test_a_rejection_may_come_with_200(self, client: Client, emission: Emission, mh: Any) -> None:
        mh.control.policy(contingency_rejection_status=200)
        try:
            event = events.contingency_v4(emission, _offline(invoice.v2(emission)), hFin="07:00:00")
            answer = client.report(event)
        finally:
            mh.control.policy(contingency_rejection_status=400)
        assert answer.status == 200
        assert answer.body["estado"] == "RECHAZADO"


class TestCorrection:
    """24 hours from the refusal of an event that came in time, where that is longer (rules.md 4)."""

    @staticmethod
    def sent(event: Document, day: str, hour: str, **changes: Any) -> Document:
        """The event as it is transmitted at another moment, under a code of its own."""
        moment = {"fTransmision": f"2026-08-{day}", "hTransmision": hour, "codigoGeneracion": events.fresh_code()}
        return {**event, "identificacion": event["identificacion"] | moment, **changes}

    @pytest.fixture(params=["data", "schema"])
    def wrong(self, request: pytest.FixtureRequest) -> Changes:
        """What is wrong with the emitter of the event that is refused."""
        return {"tipoDocResponsable": "99"} if request.param == "data" else {"telefono": "1"}

    @pytest.mark.parametrize(("hour", "accepted"), [("10:00:00", True), ("10:00:01", False)])
    def test_a_refused_event_may_be_corrected_for_a_day(
        self, client: Client, emission: Emission, mh: Any, wrong: Changes, hour: str, accepted: bool
    ) -> None:
        event = events.contingency_v4(emission, _offline(invoice.v2(emission)))
        _at(mh, client, "2026-08-15T10:00:00")
        refused = self.sent(event, "15", "10:00:00", emisor=event["emisor"] | wrong)
        assert client.report(refused).status == 400
        _at(mh, client, f"2026-08-16T{hour}")
        answer = client.report(self.sent(event, "16", hour)).body
        assert (answer["estado"], answer["observaciones"]) == (
            ("RECIBIDO", []) if accepted else ("RECHAZADO", [OUT_OF_TIME])
        )

    def test_what_the_refused_event_did_not_name_is_late(self, client: Client, emission: Emission, mh: Any) -> None:
        named, other = _offline(invoice.v2(emission)), _offline(invoice.v2(emission.next()))
        event = events.contingency_v4(emission, named)
        assert (
            client.report(self.sent(event, "14", "11:59:58", emisor=event["emisor"] | {"telefono": "1"})).status == 400
        )
        _at(mh, client, "2026-08-15T11:50:00")
        late = self.sent(events.contingency_v4(emission, named, other), "15", "11:50:00")
        assert client.report(late).body["observaciones"] == [OUT_OF_TIME]
        assert client.report(self.sent(event, "15", "11:50:00")).status == 200

    def test_a_late_event_that_is_refused_gains_no_time(
        self, client: Client, emission: Emission, mh: Any, wrong: Changes
    ) -> None:
        event = events.contingency_v4(emission, _offline(invoice.v2(emission)))
        _at(mh, client, "2026-08-15T11:45:01")
        late = self.sent(event, "15", "11:45:01")
        assert client.report(self.sent(late, "15", "11:45:01", emisor=event["emisor"] | wrong)).status == 400
        assert client.report(late).body["observaciones"] == [OUT_OF_TIME]

    def test_an_event_that_does_not_say_when_the_cause_ended_gains_no_time(
        self, client: Client, emission: Emission, mh: Any
    ) -> None:
        event = events.contingency_v4(emission, _offline(invoice.v2(emission)))
        assert client.report(events.contingency_v4(emission, _offline(invoice.v2(emission)), hFin="?")).status == 400
        _at(mh, client, "2026-08-15T11:50:00")
        assert client.report(self.sent(event, "15", "11:50:00")).body["observaciones"] == [OUT_OF_TIME]

    def test_the_end_of_the_cause_may_count_alone(self, client: Client, emission: Emission, mh: Any) -> None:
        event = events.contingency_v4(emission, _offline(invoice.v2(emission)))
        assert (
            client.report(self.sent(event, "14", "11:59:58", emisor=event["emisor"] | {"telefono": "1"})).status == 400
        )
        _at(mh, client, "2026-08-15T11:50:00")
        mh.control.policy(correction_window_h=0)
        try:
            assert client.report(self.sent(event, "15", "11:50:00")).body["observaciones"] == [OUT_OF_TIME]
        finally:
            mh.control.policy(correction_window_h=24)


FAULTS: list[tuple[Changes, list[str]]] = [
    ({"emisor.nit": "06140000000000"}, ["[emisor.nit] NO CORRESPONDE A CONTRIBUYENTE"]),
    ({"emisor.tipoDocResponsable": "99"}, ["[emisor.tipoDocResponsable] VALOR NO VALIDO"]),
    ({"emisor.tipoEstablecimiento": "20"}, ["[emisor.tipoEstablecimiento] VALOR NO VALIDO"]),
    ({"emisor.codEstableMH": "0001"}, ["[emisor.codEstableMH] FORMATO NO VALIDO"]),
    ({"emisor.codPuntoVentaMH": "X001"}, ["[emisor.codPuntoVentaMH] FORMATO NO VALIDO"]),
    ({"identificacion.ambiente": "01"}, ["[identificacion.ambiente] VALOR NO VALIDO"]),
    ({"motivo.hInicio": "7:10"}, ["[motivo.hInicio] FORMATO NO VALIDO"]),
    ({"motivo.hInicio": "11:46:00"}, ["[motivo.hFin] FECHA NO ES CORRECTA"]),
    ({"motivo.hInicio": "11:45:00"}, ["[motivo.hFin] FECHA NO ES CORRECTA"]),
    ({"motivo.fInicio": "2026-08-15"}, ["[motivo.fFin] FECHA NO ES CORRECTA"]),
    (
        {"motivo.fInicio": "2026-08-15", "motivo.hInicio": "?"},
        [
            "[motivo.hInicio] FORMATO NO VALIDO",
            "[motivo.fFin] FECHA NO ES CORRECTA",
        ],
    ),
    ({"motivo.tipoContingencia": 6}, ["[motivo.tipoContingencia] VALOR NO VALIDO"]),
    ({"motivo.tipoContingencia": 5}, ["[motivo.motivoContingencia] DEBE PROPORCIONAR UN VALOR"]),
    (
        {"motivo.tipoContingencia": 5, "motivo.motivoContingencia": ""},
        ["[motivo.motivoContingencia] DEBE PROPORCIONAR UN VALOR"],
    ),
    ({"detalleDTE.0.tipoDoc": "08"}, ["[detalleDTE.1.tipoDoc] VALOR NO ES PERMITIDO"]),
    ({"detalleDTE.0.codigoGeneracion": "abc"}, ["[detalleDTE.1.codigoGeneracion] FORMATO NO VALIDO"]),
    ({"identificacion.version": 5}, ["Version/Tipo DTE no es valido"]),
    (
        {"emisor.telefono": "1"},
        [
            "Campo #/emisor/telefono no cumple el tamaño mínimo permitido",
            "Campo #/emisor contiene un valor inválido",
        ],
    ),
    (
        {"emisor.tipoDocResponsable": "99", "motivo.tipoContingencia": 0},
        ["[emisor.tipoDocResponsable] VALOR NO VALIDO", "[motivo.tipoContingencia] VALOR NO VALIDO"],
    ),
]


@pytest.mark.parametrize(("changes", "observations"), FAULTS, ids=lambda value: str(value)[:80])
def test_faults_of_an_event(client: Client, emission: Emission, changes: Changes, observations: list[str]) -> None:
    event = changed(events.contingency_v4(emission, _offline(invoice.v2(emission))), changes)
    assert client.report(event).body["observaciones"] == observations


def test_in_version_three_the_schema_wants_the_text_of_another_cause(client: Client, emission: Emission) -> None:
    event = events.contingency_v3(emission, _offline(invoice.v1(emission)), tipoContingencia=5)
    assert "Campo #/motivo/motivoContingencia contiene un valor inválido" in client.report(event).body["observaciones"]
    event["motivo"]["motivoContingencia"] = "Inundación en la sucursal"
    assert client.report(event).status == 200


@pytest.mark.parametrize(("reason", "code"), [(None, "005"), ("Inundación en la sucursal", "001")])
def test_a_document_tells_its_text_too(client: Client, emission: Emission, reason: str | None, code: str) -> None:
    document = full.in_contingency(invoice.v2(emission), kind=5, reason=reason)
    report = events.contingency_v4(emission, document, tipoContingencia=5, motivoContingencia="Inundación")
    assert client.report(report).status == 200
    assert client.send(document).body["codigoMsg"] == code


def test_a_cause_that_lasts_over_midnight_may_end_at_an_earlier_hour(client: Client, emission: Emission) -> None:
    document = _offline(changed(invoice.v2(emission), {"identificacion.fecEmi": "2026-08-13"}))
    overnight = {"fInicio": "2026-08-13", "hInicio": "07:10:00", "hFin": "06:30:00"}
    assert client.report(events.contingency_v4(emission, document, **overnight)).status == 200
    assert client.send(document).status == 200


def test_an_event_names_each_document_once_and_none_that_is_stamped(client: Client, emission: Emission) -> None:
    sealed, offline = invoice.v2(emission), _offline(invoice.v2(emission.next()))
    assert client.send(sealed).status == 200
    event = events.contingency_v4(emission, sealed, offline, offline)
    event["detalleDTE"][2]["noItem"] = 2
    assert client.report(event).body["observaciones"] == [
        "[detalleDTE.1.codigoGeneracion] YA EXISTE UN REGISTRO CON ESE VALOR",
        "[detalleDTE.3.noItem] VALORES REPETIDOS",
        "[detalleDTE.3.codigoGeneracion] VALORES REPETIDOS",
    ]


def test_an_event_is_received_once(client: Client, emission: Emission) -> None:
    event = events.contingency_v4(emission, _offline(invoice.v2(emission)))
    assert client.report(event).status == 200
    again = client.report(event).body["observaciones"]
    assert again == ["[identificacion.codigoGeneracion] YA EXISTE UN REGISTRO CON ESE VALOR"]


def test_a_bad_signature_or_a_foreign_nit_is_refused(client: Client, emission: Emission) -> None:
    event = events.contingency_v4(emission, _offline(invoice.v2(emission)))
    stranger = private_key_in(make_certificate("06149999990017", "Otra", "x"))
    forged = client.report(event, documento=signed(b"{}", stranger))
    assert forged.body["observaciones"] == ["Firma no válida"]
    foreign = client.report(event, nit="06140000000000")
    assert foreign.body["observaciones"] == ["[nit] NO CORRESPONDE A CONTRIBUYENTE"]
    own = private_key_in(client.company.certificate)
    assert client.report(event, documento=signed(b"[]", own)).status == 400
    assert client.report(event, documento=7).body["error"] == "Bad Request"


class TestLots:
    def test_a_lot_is_received_first_and_answered_later(self, client: Client, emission: Emission) -> None:
        good, bad = invoice.v2(emission), changed(invoice.v2(emission.next()), {"resumen.totalPagar": 1})
        received = client.send_lot(good, bad)
        assert received.status == 200
        lot_code = received.body.pop("codigoLote")
        assert received.body == {
            "version": 1,
            "ambiente": "00",
            "versionApp": 1,
            "estado": "RECIBIDO",
            "idEnvio": "9531985D-5D9D-49F8-9818-E811892F902B",
            "fhProcesamiento": "14/08/2026 12:00:00",
            "clasificaMsg": "10",
            "codigoMsg": "001",
            "descripcionMsg": "LOTE RECIBIDO",
        }
        answer = client.query_lot(lot_code)
        assert answer.status == 200
        (processed,), (rejected,) = answer.body["procesados"], answer.body["rechazados"]
        assert processed["descripcionMsg"] == "RECIBIDO Y PROCESADO"
        assert processed["codigoGeneracion"] == emission.code
        assert rejected["descripcionMsg"] == "[resumen.totalPagar] CALCULO INCORRECTO"
        assert rejected["codigoGeneracion"] == bad["identificacion"]["codigoGeneracion"]
        assert client.query("01", emission.code).body["selloRecibido"] == processed["selloRecibido"]

    def test_a_bad_signature_in_a_lot_has_its_own_words(self, client: Client, emission: Emission) -> None:
        own = private_key_in(client.company.certificate)
        lot = client.send_lot(documentos=["a.b.c", signed(b"[]", own), signed(b"{}", own)]).body["codigoLote"]
        rejected = client.query_lot(lot).body["rechazados"]
        assert [(row["codigoMsg"], row["descripcionMsg"]) for row in rejected] == [
            ("802", "No valido"),
            ("098", "DATOS NO CUMPLEN ESTANDAR JSON"),
            ("096", "DOCUMENTO NO CUMPLE ESQUEMA JSON"),
        ]

    def test_a_lot_may_stay_in_process(self, client: Client, emission: Emission, mh: Any) -> None:
        mh.control.policy(lot_pending_polls=2)
        try:
            lot = client.send_lot(invoice.v2(emission)).body["codigoLote"]
            pending = [client.query_lot(lot).body for _ in range(2)]
            assert pending == [{"procesados": [], "rechazados": []}] * 2
            assert client.query("01", emission.code).body["codigoMsg"] == "999"
            assert len(client.query_lot(lot).body["procesados"]) == 1
            assert client.query("01", emission.code).status == 200
        finally:
            mh.control.policy(lot_pending_polls=0)

    def test_contingency_documents_come_in_lots(self, client: Client, emission: Emission) -> None:
        reported, forgotten = _offline(invoice.v2(emission)), _offline(invoice.v2(emission.next()))
        assert client.report(events.contingency_v4(emission, reported)).status == 200
        answer = client.query_lot(client.send_lot(reported, forgotten).body["codigoLote"]).body
        assert [row["codigoGeneracion"] for row in answer["procesados"]] == [emission.code]
        assert [row["codigoMsg"] for row in answer["rechazados"]] == ["012"]

    @staticmethod
    def answered(client: Client, *documents: Document) -> list[str]:
        """MH's code for each document of a lot."""
        answer = client.query_lot(client.send_lot(*documents).body["codigoLote"]).body
        codes = {row["codigoGeneracion"]: row["codigoMsg"] for rows in answer.values() for row in rows}
        return [codes[document["identificacion"]["codigoGeneracion"]] for document in documents]

    def test_a_lot_holds_documents_of_one_event_only(self, client: Client, emission: Emission) -> None:
        second = emission.next()
        third = second.next()
        of_one, also, of_other = (_offline(invoice.v2(each)) for each in (emission, second, third))
        assert client.report(events.contingency_v4(emission, of_one, also)).status == 200
        assert client.report(events.contingency_v4(emission, of_other)).status == 200
        assert self.answered(client, of_one, of_other, also) == ["001", "026", "001"]
        refused = client.query("01", third.code)
        assert refused.verdict == ("026", "11", "NO SE PERMITEN VALORES DIFERENTES")
        assert self.answered(client, of_other) == ["001"], "by itself it is taken"

    def test_a_lot_of_an_event_holds_no_usual_documents(self, client: Client, emission: Emission) -> None:
        usual, reported = invoice.v2(emission), _offline(invoice.v2(emission.next()))
        assert client.report(events.contingency_v4(emission, reported)).status == 200
        assert self.answered(client, usual, reported) == ["026", "001"]

    def test_the_event_of_a_lot_may_be_the_second_that_names_a_document(
        self, client: Client, emission: Emission
    ) -> None:
        twice, once = _offline(invoice.v2(emission)), _offline(invoice.v2(emission.next()))
        assert client.report(events.contingency_v4(emission, twice)).status == 200
        assert client.report(events.contingency_v4(emission, twice, once)).status == 200
        assert self.answered(client, twice, once) == ["001", "001"]

    def test_deferred_documents_need_a_resolution(self, client: Client, emission: Emission, mh: Any) -> None:
        deferred = changed(invoice.v2(emission), {"identificacion.tipoModelo": 2})
        refused = client.query_lot(client.send_lot(deferred).body["codigoLote"]).body["rechazados"]
        assert refused[0]["descripcionMsg"] == "[identificacion.tipoModelo] VALOR NO ES PERMITIDO"
        mh.control.policy(deferred_accepted=True)
        try:
            taken = client.query_lot(client.send_lot(deferred).body["codigoLote"]).body["procesados"]
            assert len(taken) == 1
            following = changed(invoice.v2(emission.next()), {"identificacion.tipoModelo": 2})
            assert client.send(following).body["codigoMsg"] == "007"
        finally:
            mh.control.policy(deferred_accepted=False)

    def test_a_lot_has_one_to_a_hundred_documents_of_its_sender(self, client: Client, emission: Emission) -> None:
        assert client.send_lot().body["codigoMsg"] == "097"
        assert client.send_lot(documentos=["a.b.c"] * 101).body["codigoMsg"] == "097"
        foreign = client.send_lot(invoice.v2(emission), nitEmisor="06140000000000")
        assert foreign.status == 400
        assert foreign.body["codigoLote"] is None

    def test_the_number_of_a_sending_is_a_text_here(self, client: Client, emission: Emission) -> None:
        assert client.send_lot(invoice.v2(emission), idEnvio=1).body["error"] == "Bad Request"

    def test_an_unknown_or_foreign_lot_is_not_told(self, client: Client, emission: Emission, mh: Any) -> None:
        lot = client.send_lot(invoice.v2(emission)).body["codigoLote"]
        assert client.query_lot("36F675CC-81E7-4EF5-A8E2-5D940ED90475").status == 400
        other = Client(mh, mh.add_company(nit="06140000000066", certificate=client.company.certificate.decode()))
        assert other.query_lot(lot).status == 400
        other.token = "Bearer x"
        assert other.query_lot(lot).status == 401


def test_a_dictated_refusal_has_the_endpoint_s_own_form(client: Client, emission: Emission, mh: Any) -> None:
    event = events.contingency_v4(emission, _offline(invoice.v2(emission)))
    mh.control.fault("reject", "contingency", text=OUT_OF_TIME)
    refused = client.report(event)
    assert (refused.status, refused.body["observaciones"]) == (400, [OUT_OF_TIME])
    mh.control.fault("reject", "lot", code="099", text="ERROR NO CATALOGADO")
    assert client.send_lot(invoice.v2(emission)).body["codigoLote"] is None
    mh.control.fault("reject", "invalidation", code="018", text="FECHA FUERA DE PLAZO PERMITIDO")
    target = invoice.v2(emission)
    answer = client.invalidate(events.invalidation_v3(target, client.send(target).body["selloRecibido"]))
    assert answer.refusal == ("018", "FECHA FUERA DE PLAZO PERMITIDO")
    assert "clasificaMsg" not in answer.body


def test_events_and_lots_survive_a_restart(tmp_path: Path) -> None:
    emission = Emission()
    sold, offline = tax_credit.v4(emission), _offline(invoice.v2(emission.next()))
    with emulator_of_one_company(tmp_path) as mh:
        client = Client(mh, its_secrets())
        stamp = client.send(sold).body["selloRecibido"]
        assert client.invalidate(events.invalidation_v3(sold, stamp)).status == 200
        assert client.report(events.contingency_v4(emission, offline)).status == 200
        lot = client.send_lot(invoice.v2(replace(emission, sequence=9).next())).body["codigoLote"]
        answered = client.query_lot(lot)
        mh.control.policy(lot_pending_polls=1)
        waiting = client.send_lot(offline).body["codigoLote"]
    with emulator_of_one_company(tmp_path) as mh:
        client = Client(mh, its_secrets())
        assert client.query_lot(lot) == answered
        assert client.invalidate(events.invalidation_v3(sold, stamp)).refusal[0] == "015"
        assert len(client.query_lot(waiting).body["procesados"]) == 1
