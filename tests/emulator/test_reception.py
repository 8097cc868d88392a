"""Documents sent one by one: the worked examples are stamped, and answers have MH's form."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from ocote.emulator.certificate import make_certificate
from ocote.emulator.server import ControlError, RunningEmulator
from tests.emulator.client import Client, private_key_in, signed
from tests.emulator.documents import excluded_subject, export_invoice, full, invoice, tax_credit
from tests.emulator.documents.parts import Document, Emission

D = Decimal
STAMP = re.compile(r"20[0-9]{2}[0-9A-F]{12}4[0-9A-F]{3}[89AB][0-9A-F]{15}[0-9A-Z]{4}")

ACCEPTED: dict[str, Callable[[Emission], Document]] = {
    "invoice v1, example 3.1": invoice.v1,
    "invoice v2, example 3.1": invoice.v2,
    "invoice v1, example 3.2": lambda e: invoice.discounted_and_withheld(full.identified(invoice.v1(e))),
    "invoice v2, example 3.2": lambda e: invoice.discounted_and_withheld(full.identified(invoice.v2(e))),
    "invoice v1, example 3.3": lambda e: invoice.fuel(invoice.v1(e)),
    "invoice v2, example 3.3": lambda e: invoice.fuel(invoice.v2(e)),
    "CCF v3, example 4.1": tax_credit.v3,
    "CCF v4, example 4.1": tax_credit.v4,
    "invoice v2 on credit": lambda e: full.on_credit(invoice.v2(e)),
    "CCF v4 on credit": lambda e: full.on_credit(tax_credit.v4(e)),
    "CCF v3 on credit": lambda e: full.on_credit(tax_credit.v3(e)),
    "export v1, example 6.1": export_invoice.v1,
    "export v3, example 6.1": export_invoice.v3,
    "export v3 with transport": lambda e: export_invoice.with_transport(export_invoice.v3(e)),
    "excluded subject v1, example 7.1": excluded_subject.v1,
    "excluded subject v2, example 7.1": excluded_subject.v2,
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_worked_examples_are_stamped(client: Client, emission: Emission, name: str) -> None:
    answer = client.send(ACCEPTED[name](emission))

    assert answer.status == 200, answer.body
    assert STAMP.fullmatch(answer.body.pop("selloRecibido"))
    assert answer.body == {
        "version": 2,
        "ambiente": "00",
        "versionApp": 2,
        "estado": "PROCESADO",
        "codigoGeneracion": emission.code,
        "fhProcesamiento": "14/08/2026 12:00:00",
        "clasificaMsg": "10",
        "codigoMsg": "001",
        "descripcionMsg": "RECIBIDO",
        "observaciones": [],
    }


def test_a_document_of_an_earlier_day_is_stamped_with_an_observation(client: Client) -> None:
    emission = Emission(nit=client.company.nit, nrc=client.company.nrc, day="2026-08-13")
    answer = client.send(invoice.v2(emission))

    assert answer.status == 200
    assert answer.verdict == ("002", "10", "RECIBIDO CON OBSERVACIONES")
    assert answer.body["estado"] == "PROCESADO"
    assert answer.body["observaciones"] == ["[identificacion.fecEmi] DIFIERE DE LA FECHA DE ENVIO"]


def test_paths_are_taken_with_a_slash_too(client: Client, emission: Emission) -> None:
    assert client.login(path="/seguridad/auth/").body["status"] == "OK"
    assert client.send(invoice.v2(emission), path="/fesv/recepciondte/").status == 200


class TestSignature:
    def test_a_signature_of_another_key_is_refused_without_naming_the_document(
        self, client: Client, emission: Emission
    ) -> None:
        stranger = private_key_in(make_certificate("06149999990017", "Otra", "x"))
        answer = client.send(invoice.v2(emission), documento=signed(b"{}", stranger))
        assert answer.status == 400
        assert answer.verdict == ("802", "20", "Firma no válida")
        assert answer.body["codigoGeneracion"] is None
        assert answer.body["selloRecibido"] is None

    def test_another_algorithm_is_refused(self, client: Client, emission: Emission) -> None:
        key = private_key_in(client.company.certificate)
        answer = client.send(invoice.v2(emission), documento=signed(b"{}", key, header=b'{"alg":"RS256"}'))
        assert answer.body["codigoMsg"] == "802"

    @pytest.mark.parametrize("jws", ["", "a.b", "a.b.c.d", "x..y", "ñ.ñ.ñ", "eyJhbGciOiJSUzUxMiJ9.e30.AAAA"])
    def test_what_is_no_jws_is_refused_as_a_bad_signature(self, client: Client, emission: Emission, jws: str) -> None:
        assert client.send(invoice.v2(emission), documento=jws).body["codigoMsg"] == "802"

    @pytest.mark.parametrize("payload", [b"", b"[]", b'"texto"', b"{", b"\xff\xfe"])
    def test_signed_bytes_that_are_no_json_object_are_refused(
        self, client: Client, emission: Emission, payload: bytes
    ) -> None:
        jws = signed(payload, private_key_in(client.company.certificate))
        if not payload:
            assert client.send(invoice.v2(emission), documento=jws).body["codigoMsg"] == "802"
        else:
            assert client.send(invoice.v2(emission), documento=jws).verdict[:2] == ("098", "98")


class TestEnvelope:
    @pytest.mark.parametrize("envelope", [{"version": 1}, {"tipoDte": "03"}, {"version": 99}])
    def test_type_and_version_of_envelope_and_document_agree(
        self, client: Client, emission: Emission, envelope: dict[str, Any]
    ) -> None:
        answer = client.send(invoice.v2(emission), **envelope)
        assert answer.status == 400
        assert answer.verdict == ("096", "98", "DOCUMENTO NO CUMPLE ESQUEMA JSON")
        assert answer.body["observaciones"] == ["Version/Tipo DTE no es valido"]

    def test_a_version_that_does_not_exist_is_refused(self, client: Client, emission: Emission) -> None:
        document = invoice.v2(emission)
        document["identificacion"]["version"] = 3
        assert client.send(document).body["observaciones"] == ["Version/Tipo DTE no es valido"]

    def test_the_older_edition_is_refused_after_its_last_day(self, client: Client, emission: Emission, mh: Any) -> None:
        mh.control.policy(v1_until="2026-08-13")
        try:
            assert client.send(invoice.v1(emission)).body["observaciones"] == ["Version/Tipo DTE no es valido"]
            assert client.send(invoice.v2(emission)).status == 200
        finally:
            mh.control.policy(v1_until=None)

    def test_the_code_of_the_envelope_is_the_document_s(self, client: Client, emission: Emission) -> None:
        answer = client.send(invoice.v2(emission), codigoGeneracion=emission.next().code)
        assert answer.verdict == ("003", "11", "[identificacion.codigoGeneracion] VALOR NO VALIDO")

    def test_a_production_document_is_refused_in_a_test_envelope(self, client: Client) -> None:
        emission = Emission(nit=client.company.nit, nrc=client.company.nrc, environment="01")
        answer = client.send(invoice.v2(emission), ambiente="00")
        assert answer.verdict == ("003", "11", "[identificacion.ambiente] VALOR NO VALIDO")

    def test_a_test_token_is_worth_nothing_in_production(self, client: Client, emission: Emission) -> None:
        assert client.send(invoice.v2(emission), ambiente="01").status == 401


class TestBinding:
    @pytest.mark.parametrize(
        "envelope",
        [
            {"idEnvio": "6513270E-269E-4D37-B2A7-4DE452E6B438"},
            {"version": "2"},
            {"version": None},
            {"documento": {"firma": "x"}},
            {"ambiente": 0},
            {"ambiente": "02"},
        ],
    )
    def test_a_wrong_json_type_is_answered_by_the_framework(
        self, client: Client, emission: Emission, envelope: dict[str, Any]
    ) -> None:
        answer = client.send(invoice.v2(emission), **envelope)
        assert answer.status == 400
        timestamp = answer.body.pop("timestamp")
        assert re.fullmatch(r"2026-08-14T12:00:00\.\d{3}-0600", timestamp)
        assert answer.body == {"status": 400, "error": "Bad Request", "path": "/fesv/recepciondte"}

    def test_a_missing_field_is_answered_by_the_framework(self, client: Client) -> None:
        assert client.post("/fesv/recepciondte", {"ambiente": "00"}).body["error"] == "Bad Request"

    def test_other_media_types_methods_and_paths_are_the_framework_s_business(self, client: Client) -> None:
        assert client.request("POST", "/fesv/recepciondte", b"{}", "text/plain").status == 415
        assert client.request("GET", "/fesv/recepciondte", None, "application/json").status == 405
        assert client.request("POST", "/fesv/otra", b"{}", "application/json").status == 404


class TestSchema:
    def test_every_violated_node_is_told_from_the_leaf_up(self, client: Client, emission: Emission) -> None:
        document = full.identified(invoice.v1(emission))
        document["receptor"]["correo"] = "sin-arroba"
        document["receptor"]["telefono"] = "123"
        document["receptor"]["direccion"]["departamento"] = "99"
        answer = client.send(document)
        assert answer.verdict == ("096", "98", "DOCUMENTO NO CUMPLE ESQUEMA JSON")
        assert answer.body["observaciones"] == [
            "Campo #/receptor/direccion/departamento no cumple el formato requerido",
            "Campo #/receptor/telefono no cumple el tamaño mínimo permitido",
            "Campo #/receptor/correo no cumple el formato requerido",
            "Campo #/receptor/direccion contiene un valor inválido",
            "Campo #/receptor contiene un valor inválido",
        ]

    def test_binary_residue_in_a_number_is_refused(self, client: Client, emission: Emission, mh: Any) -> None:
        document = invoice.v2(emission)
        document["cuerpoDocumento"][0]["ventaGravada"] = D("3.3000000000000003")
        mh.control.policy(dialect="untranslated")
        try:
            observations = client.send(document).body["observaciones"]
        finally:
            mh.control.policy(dialect="translated")
        assert observations == ["#/cuerpoDocumento/0/ventaGravada: 3.3000000000000003 is not a multiple of 1.0E-8"]

    def test_unknown_and_missing_keys_are_refused(self, client: Client, emission: Emission) -> None:
        document = invoice.v2(emission)
        document["extension"] = None
        del document["resumen"]["observaciones"]
        assert client.send(document).body["observaciones"] == [
            "Campo #/resumen/observaciones es requerido",
            "Campo extension no esta permitido",
            "Campo #/resumen contiene un valor inválido",
        ]

    def test_a_v1_invoice_of_1095_identifies_its_buyer_and_a_v2_one_need_not(
        self, client: Client, emission: Emission
    ) -> None:
        old = client.send(invoice.single(invoice.v1(emission), "1095.00", "125.97345133"))
        assert old.body["observaciones"] == ["Campo #/receptor contiene un valor inválido"]
        below = client.send(invoice.single(invoice.v1(emission), "1094.99", "125.97230088"))
        assert below.status == 200
        new = client.send(invoice.single(invoice.v2(emission.next()), "1095.00", "125.97345133"))
        assert new.status == 200


class TestDuplicates:
    def test_a_code_is_stamped_once(self, client: Client, emission: Emission) -> None:
        document = invoice.v2(emission)
        assert client.send(document).status == 200
        again = client.send(document)
        assert again.status == 400
        assert again.verdict == ("004", "11", "[identificacion.codigoGeneracion] YA EXISTE UN REGISTRO CON ESE VALOR")
        assert client.query("01", emission.code).body["estado"] == "PROCESADO"

    def test_a_control_number_is_stamped_once_a_year(self, client: Client, emission: Emission) -> None:
        assert client.send(invoice.v2(emission)).status == 200
        same_number = Emission(nit=emission.nit, nrc=emission.nrc, code=emission.next().code)
        again = client.send(invoice.v2(same_number))
        assert again.verdict == ("004", "11", "[identificacion.numeroControl] YA EXISTE UN REGISTRO CON ESE VALOR")
        last_year = Emission(nit=emission.nit, nrc=emission.nrc, code=emission.next().code, day="2025-12-31")
        assert client.send(invoice.v2(last_year)).status == 200

    def test_a_rejected_document_occupies_neither_code_nor_number(self, client: Client, emission: Emission) -> None:
        wrong = invoice.v2(emission)
        wrong["resumen"]["totalPagar"] = D("40.00")
        assert client.send(wrong).status == 400
        assert client.send(invoice.v2(emission)).status == 200

    def test_a_rejected_code_may_come_again_for_a_day_only(self, client: Client, emission: Emission, mh: Any) -> None:
        wrong = invoice.v2(emission)
        wrong["emisor"]["nrc"] = "7654321"
        assert client.send(wrong).body["codigoMsg"] == "008"
        mh.control.move_clock(23 * 3600)
        assert client.send(wrong).body["codigoMsg"] == "008"
        mh.control.move_clock(25 * 3600)
        client.login()
        assert client.send(invoice.v2(emission)).verdict[2].startswith("[identificacion.codigoGeneracion] YA EXISTE")
        assert client.send(invoice.v2(emission)).body["codigoMsg"] == "004"


def test_a_number_that_another_system_has_used_is_refused_and_no_query_finds_its_document(
    client: Client, emission: Emission, mh: RunningEmulator
) -> None:
    mh.control.numbers_elsewhere(client.company.nit, "DTE-01-M001P001", 2026, first=1, last=3)
    document = invoice.v2(emission)
    document["identificacion"]["numeroControl"] = "DTE-01-M001P001-000000000000003"
    refused = client.send(document)
    assert refused.verdict == ("004", "11", "[identificacion.numeroControl] YA EXISTE UN REGISTRO CON ESE VALOR")
    assert client.query("01", emission.code).verdict == refused.verdict, "MH has the refusal alone"
    document["identificacion"]["numeroControl"] = "DTE-01-M001P001-000000000000004"
    assert client.send(document).status == 200


@pytest.mark.parametrize(
    "numbers", [{"series": "DTE-03-M001P001"}, {"year": 2025}, {"first": 2}], ids=["type", "year", "from the second on"]
)
def test_other_numbers_are_free(
    client: Client, emission: Emission, mh: RunningEmulator, numbers: dict[str, Any]
) -> None:
    given = {"nit": client.company.nit, "series": "DTE-01-M001P001", "year": 2026, **numbers}
    mh.control.numbers_elsewhere(**given)
    assert client.send(invoice.v2(emission)).status == 200


@pytest.mark.parametrize(
    "numbers",
    [{"last": 0}, {"first": 3, "last": 2}, {"nit": "06140101260017"}, {"series": "01"}, {"last": 10**15}],
    ids=["none", "backwards", "unknown emitter", "no series", "16 digits"],
)
def test_numbers_that_nobody_can_have_used_are_told(
    client: Client, mh: RunningEmulator, numbers: dict[str, Any]
) -> None:
    given = {"nit": client.company.nit, "series": "DTE-01-M001P001", "year": 2026, **numbers}
    with pytest.raises(ControlError):
        mh.control.numbers_elsewhere(**given)
