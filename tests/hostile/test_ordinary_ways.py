"""What needs no great attack: broken bodies, texts that deceive, ids that tell, links that leak, formulas in files."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from ocote.clock import local
from tests.hostile.besieged import Besieged

BROKEN = (b"NaN1", b"[Infinity", b'{"a":{"b":1,"b":1}', b"[1e99999999999999999999,", b"-", b'{"a":tru', b'"\\ud8')


def described_as(description: str) -> dict[str, object]:
    return {"lines": [{"description": description, "quantity": 1, "unit_price": 1.13}]}


def test_a_body_that_breaks_off_is_told_as_no_json(shared_gateway: Besieged) -> None:
    for body in BROKEN:
        reply = shared_gateway.attacker.request("POST", "/invoice", raw=body)
        assert (reply.status, reply.json()["code"]) == (400, "body_not_json"), body
    shared_gateway.neighbour.sell("caja-1")


@pytest.mark.parametrize(
    ("description", "code"),
    [
        ("Café \u202e5.65\u202c", "text_direction_control"),
        ("\u2066Café", "text_direction_control"),
        ("\u200b\u2060\u00ad", "text_invisible"),
        ("Café\n" * 60, "text_too_many_breaks"),
    ],
)
def test_a_text_that_reads_otherwise_than_it_is_signed_is_refused(
    shared_gateway: Besieged, description: str, code: str
) -> None:
    reply = shared_gateway.attacker.request("POST", "/invoice", described_as(description))
    assert (reply.status, [fault["code"] for fault in reply.json()["errors"]]) == (400, [code])
    assert shared_gateway.attacker.references() == []
    reply = shared_gateway.attacker.request("POST", "/invoice", described_as("می\u200cخواهم, क्\u200dष"))
    assert reply.status == 200, "joiners belong to the writing of many languages"


def test_the_id_of_a_request_tells_nothing_of_other_requests(besieged: Besieged) -> None:
    ids = [besieged.neighbour.request("GET", "/documents").headers["x-request-id"] for _ in range(20)]
    assert len({each[:8] for each in ids}) == len({each[-8:] for each in ids}) == 20


def test_a_link_that_leaked_is_ended_by_a_new_one(shared_gateway: Besieged) -> None:
    till = shared_gateway.neighbour
    till.sell("caja-1")
    links = [till.request("POST", "/documents/caja-1/link").json()["public_url"] for _ in range(2)]
    statuses = [till.request("GET", f"/{urlsplit(link).path}", headers={"Authorization": ""}).status for link in links]
    assert statuses == [404, 200]
    assert shared_gateway.attacker.request("POST", "/documents/caja-1/link").status == 404


def test_a_name_is_no_formula_in_the_file_that_the_accountant_opens(shared_gateway: Besieged) -> None:
    till, day = shared_gateway.neighbour, f"{local(datetime.now(UTC)):%Y-%m-%d}"
    for number, name in enumerate(("=HYPERLINK(1)", "Ana;=1+1", "＝1+1", "Ana\u200b", "+503 2222")):
        till.sell(f"caja-{number}", customer={"name": name})
    index = till.request("GET", f"/documents/export?format=csv&date_from={day}&date_to={day}").content.decode("utf-8")
    for harmful in (",=", ";=", ",＝", ",+", '"=', '"＝', '"+'):
        assert harmful not in index, index
    assert "HYPERLINK" in index
