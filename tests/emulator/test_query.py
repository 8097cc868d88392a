"""What became of a document."""

from decimal import Decimal
from typing import Any

from tests.emulator.client import Client
from tests.emulator.documents import invoice
from tests.emulator.documents.parts import Emission
from tests.emulator_fixture import fresh_nit

D = Decimal


def test_a_stamped_document_is_answered_as_it_was(client: Client, emission: Emission, mh: Any) -> None:
    first = client.send(invoice.v2(emission))
    mh.control.move_clock(3600)
    assert client.query("01", emission.code) == first


def test_an_unknown_document_draws_999(client: Client, emission: Emission) -> None:
    answer = client.query("01", emission.code)
    assert answer.status == 400
    assert answer.body["codigoMsg"] == "999"
    assert answer.body["estado"] == "RECHAZADO"
    assert answer.body["selloRecibido"] is None


def test_a_rejected_document_is_answered_as_it_was(client: Client, emission: Emission) -> None:
    wrong = invoice.v2(emission)
    wrong["resumen"]["totalPagar"] = D("40")
    refused = client.send(wrong)
    assert client.query("01", emission.code) == refused


def test_a_document_is_found_under_its_own_type_and_emitter_only(client: Client, emission: Emission, mh: Any) -> None:
    client.send(invoice.v2(emission))
    assert client.query("03", emission.code).body["codigoMsg"] == "999"
    assert client.query("01", emission.code, nitEmisor="06140000000000").body["codigoMsg"] == "999"
    other = Client(mh, mh.add_company(nit=fresh_nit(), certificate=client.company.certificate.decode()))
    assert other.query("01", emission.code).body["codigoMsg"] == "999"
    assert other.query("01", emission.code, nitEmisor=client.company.nit).body["codigoMsg"] == "999"


def test_the_query_wants_a_token_and_a_whole_body(client: Client) -> None:
    assert client.query("01", "x", tdte=7).status == 400
    client.token = "Bearer x"
    assert client.query("01", "x").status == 401
