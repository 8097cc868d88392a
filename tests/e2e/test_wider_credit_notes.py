"""Credit notes on CCFs of every kind over HTTP: MH takes them, and together they are the CCF (wider-sales.md 2.15)."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ocote.store.documents import register
from tests.builders.bodies import LARGE_TAXPAYER, note
from tests.commands import Run
from tests.e2e.answers import amounts, refusal
from tests.e2e.meanwhile import meanwhile
from tests.e2e.written import assert_official, signed
from tests.running_gateway import NEVER, RunningGateway, running_gateway, serving

AGENT = "collection_agent = true\n"
MORE = ("exempt", "not_subject", "taxes", "charges", "collected", "income_tax")
SOUND = "✓ Todo concuerda.\n"


@pytest.fixture(params=["v1", "v2"])
def agent(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway of a company that collects 1 %, in each edition."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    with running_gateway(database_url, tmp_path, edition_from=edition_from, first=AGENT) as running:
        yield running


def line(price: str, kind: str = "taxed", **more: Any) -> dict[str, Any]:
    sold = {"description": "Artículo", "quantity": 1, "unit_price": price, **more}
    return sold if kind == "taxed" else {**sold, "sale_kind": kind}


def ccf_of(reference: str, *lines: dict[str, Any], contributor: int = 1, **more: Any) -> dict[str, Any]:
    """A 03 to a buyer that does not withhold unless it is asked to."""
    return {
        "doc_type": "03",
        "external_ref": reference,
        "customer": {**LARGE_TAXPAYER, "type_contributor": contributor},
        "lines": list(lines),
        **more,
    }


def note_on(adjusted: str, reference: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"document_id": adjusted, "external_ref": reference, "lines": list(lines), **more}


def more_amounts(answer: dict[str, Any]) -> dict[str, str]:
    """The amounts that few documents have, without those that are zero."""
    return {name: str(answer[f"amount_{name}"]) for name in MORE if answer[f"amount_{name}"]}


def stamped(gateway: RunningGateway, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request that MH stamps, whose document meets the official schema and its status agrees."""
    answer: dict[str, Any] = gateway.post(path, body)
    assert answer["dte_success"] is True, answer
    assert_official(signed(gateway, answer))
    status = gateway.get(f"/status/{answer['document_id']}")
    assert (amounts(status), more_amounts(status)) == (amounts(answer), more_amounts(answer))
    return answer


def added(answers: list[dict[str, Any]]) -> dict[str, Decimal]:
    names = ("taxable", "vat", "gross", "withheld", "payable", *MORE)
    return {name: sum((answer[f"amount_{name}"] for answer in answers), Decimal(0)) for name in names}


KINDS = (line("113.00"), line("20.00", "exempt"), line("5.00", "not_subject"))


def test_a_note_on_some_kinds_leaves_the_others(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    sold = stamped(gateway, "/invoice", ccf_of("b2b-1", *KINDS))
    first = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-1", line("11.30"), line("20.00", "exempt")))
    assert amounts(first) == ["10.00", "1.30", "31.30", "0.00", "31.30"]
    assert more_amounts(first) == {"exempt": "20.00"}
    reply = gateway.request("POST", "/credit-memo", note_on("b2b-1", "nc-2", line("0.01", "exempt"))).json()
    assert [(each["code"], each["field"]) for each in reply["errors"]] == [("note_exceeds_voucher", "lines")]
    assert "ventas exentas y al crédito fiscal le quedan 0.00" in reply["errors"][0]["message"]
    last = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-3", line("101.70"), line("5.00", "not_subject")))
    assert added([first, last]) == added([sold])


def test_a_discounted_ccf_is_taken_back_whole_with_its_taxes_and_cancelled(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    sold = stamped(
        gateway,
        "/invoice",
        ccf_of(
            "b2b-1",
            line("56.50", item_kind="both", unit=58, code="HAB-1", quantity=2, taxes=["59"]),
            line("904.00", special_tax={"code": "57", "amount": "32.00"}),
            line("35.00", "exempt", suggested_price="40.00"),
            discount_percentage=10,
            withholding="vat_1",
        ),
    )
    # 100.00 + 800.00 + 32.00 less 10 % are 838.80; 35.00 less 10 % are 31.50; 5 % of 100.00 are 5.00.
    assert amounts(sold) == ["838.80", "109.04", "984.34", "8.39", "975.95"]
    answer = stamped(gateway, "/credit-memo", note("b2b-1", "nc-1", full_adjustment=True))
    assert added([answer]) == added([sold])
    assert str(answer["amount_discount"]) == "0.00"
    assert gateway.get("/status/b2b-1")["invalidated"] is True
    room, bags, tax, exempt = signed(gateway, answer)["cuerpoDocumento"]
    assert (room["tipoItem"], room["uniMedida"], room["codigo"], room["tributos"]) == (3, 58, "HAB-1", ["20", "59"])
    assert (tax["tipoItem"], tax["codTributo"], tax["ventaGravada"]) == (4, "57", 32)
    assert (exempt["ventaExenta"], exempt["montoDescu"]) == (Decimal("31.5"), Decimal("3.5"))
    # The tax line bears no discount: 93.20 are on the 900.00 of the other two.
    assert room["ventaGravada"] + bags["ventaGravada"] == Decimal("806.8")


def test_net_prices_stay_net_in_the_notes(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    sold = stamped(gateway, "/invoice", ccf_of("b2b-1", line("90.00"), prices_include_vat=False))
    first = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-1", line("45.00")))
    assert amounts(first) == ["45.00", "5.85", "50.85", "0.00", "50.85"]
    other = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-2", line("11.30"), prices_include_vat=True))
    assert amounts(other) == ["10.00", "1.30", "11.30", "0.00", "11.30"]
    last = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-3", line("35.00")))
    assert added([first, other, last]) == added([sold])


def test_a_discount_of_which_nothing_is_left_without_vat_is_not_given_back(either_gateway: RunningGateway) -> None:
    """233.09 and 233.08 are 206.27 without VAT: the cent of discount is VAT alone. 206.27 less 117.60 are 88.67."""
    gateway = either_gateway
    sold = stamped(gateway, "/invoice", ccf_of("b2b-1", line("233.09"), discount_amount="0.01"))
    assert amounts(sold) == ["206.27", "26.81", "233.08", "0.00", "233.08"]
    notes = [
        stamped(gateway, "/credit-memo", note_on("b2b-1", f"nc-{net}", line(net), prices_include_vat=False))
        for net in ("35.09", "82.51")
    ]
    assert [amounts(each)[:3] for each in notes] == [["35.09", "4.56", "39.65"], ["82.51", "10.73", "93.24"]]
    last = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-3", line("100.19")))
    assert amounts(last)[:3] == ["88.67", "11.52", "100.19"]
    assert added([*notes, last]) == added([sold])


def test_lodging_at_a_price_that_is_discounted_already_is_written_at_the_price_before(
    either_gateway: RunningGateway,
) -> None:
    """Two rooms of 100.00 with 10 % off and 10.00 of tax; one of them is 101.70 with VAT, and 5.00 of tax."""
    gateway = either_gateway
    rooms = line("113.00", quantity=2, taxes=["59"])
    sold = stamped(gateway, "/invoice", ccf_of("b2b-1", rooms, discount_percentage=10))
    assert amounts(sold)[:3] == ["180.00", "23.40", "213.40"]
    first = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-1", line("101.70", taxes=["59"])))
    tax = {"code": "59", "amount": "5.00"}
    last = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-2", line("101.70", taxes=[tax])))
    for made in (first, last):
        assert amounts(made)[:3] == ["90.00", "11.70", "106.70"]
        (room,) = signed(gateway, made)["cuerpoDocumento"]
        assert (room["precioUni"], room["montoDescu"], room["ventaGravada"]) == (100, 10, 90)
    assert added([first, last]) == added([sold])


def test_fuel_goes_back_by_the_gallon(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    fuel: dict[str, Any] = {"unit": 22, "taxes": ["D1", "C8"], "taxes_included": True}
    sold = stamped(gateway, "/invoice", ccf_of("b2b-1", line("3.84", quantity=50, **fuel)))
    assert amounts(sold) == ["156.64", "20.36", "192.00", "0.00", "192.00"]
    first = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-1", line("3.84", quantity=20, **fuel)))
    assert more_amounts(first) == {"taxes": "6.00"}
    last = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-2", line("3.84", quantity=30, **fuel)))
    assert added([first, last]) == added([sold])
    again = note_on("b2b-1", "nc-3", line("1.00", taxes=[{"code": "71", "amount": 1}]))
    assert refusal(gateway, "/credit-memo", again) == (400, "note_exceeds_voucher")


def test_what_was_withheld_and_collected_goes_back(agent: RunningGateway) -> None:
    body = ccf_of("b2b-1", line("339.00"), line("10.00", "exempt"), withholding="vat_1", vat_collection=True)
    sold = stamped(agent, "/invoice", body)
    notes = [
        stamped(agent, "/credit-memo", note_on("b2b-1", f"nc-{number}", *lines))
        for number, lines in enumerate(
            [(line("113.00"),), (line("112.99"), line("4.00", "exempt")), (line("113.01"), line("6.00", "exempt"))]
        )
    ]
    assert amounts(notes[0]) == ["100.00", "13.00", "113.00", "1.00", "113.00"]
    assert more_amounts(notes[0]) == {"collected": "1.00"}
    assert added(notes) == added([sold])


def test_the_income_tax_goes_back_where_a_note_can_say_it(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path, edition_from="2026-06-15") as gateway:
        gateway.is_now(2026, 6, 12)
        for reference in ("b2b-1", "b2b-2"):
            stamped(gateway, "/invoice", ccf_of(reference, line("1130.00"), income_tax_withheld=100))
        first = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-1", line("282.50")))
        assert (more_amounts(first), amounts(first)[4]) == ({"income_tax": "25.00"}, "257.50")
        gateway.is_now(2026, 6, 15)
        later = stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-2", line("282.50")))
        assert (more_amounts(later), amounts(later)[4]) == ({}, "282.50")
        whole = stamped(gateway, "/credit-memo", note("b2b-2", "nc-3"))
        assert amounts(whole) == ["1000.00", "130.00", "1130.00", "0.00", "1130.00"]


CHARGES = [{"description": "Propina", "amount": 10}, {"description": "Anticipo", "amount": -4}]


def test_in_version_two_charges_go_back_by_their_descriptions(gateway_v2: RunningGateway) -> None:
    gateway = gateway_v2
    sold = stamped(gateway, "/invoice", ccf_of("b2b-1", line("113.00"), charges=CHARGES))
    first = note_on("b2b-1", "nc-1", line("11.30"), charges=[{"description": "Propina", "amount": 6}])
    made = [stamped(gateway, "/credit-memo", first)]
    assert (more_amounts(made[0]), amounts(made[0])[4]) == ({"charges": "6.00"}, "17.30")
    too_much = note_on("b2b-1", "nc-2", line("11.30"), charges=[{"description": "Propina", "amount": "4.01"}])
    reply = gateway.request("POST", "/credit-memo", too_much).json()
    assert [(each["code"], each["field"]) for each in reply["errors"]] == [
        ("note_exceeds_voucher", "charges[0].amount")
    ]
    assert "le quedan 4.00 por ajustar" in reply["errors"][0]["message"]
    rest = [{"description": "Anticipo", "amount": -4}, {"description": "Propina", "amount": 4}]
    made.append(stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-3", line("101.70"), charges=rest)))
    assert added(made) == added([sold])


def test_a_whole_ccf_goes_back_with_its_charges_and_informative_taxes(gateway_v2: RunningGateway) -> None:
    liquor = line("226.00", taxes=[{"code": "C5", "amount": "6.40"}])
    sold = stamped(gateway_v2, "/invoice", ccf_of("b2b-1", liquor, tip=5))
    answer = stamped(gateway_v2, "/credit-memo", note("b2b-1", "nc-1", full_adjustment=True))
    assert added([answer]) == added([sold])
    summary = signed(gateway_v2, answer)["resumen"]
    assert {row["codigo"]: row["valor"] for row in summary["tributos"]} == {"20": 26, "C5": Decimal("6.4")}
    assert gateway_v2.get("/status/b2b-1")["invalidated"] is True


def test_version_one_has_no_place_for_charges_and_informative_taxes(gateway: RunningGateway) -> None:
    liquor = line("226.00", taxes=[{"code": "C5", "amount": "6.40"}])
    stamped(gateway, "/invoice", ccf_of("b2b-1", line("113.00"), charges=CHARGES))
    charged = note_on("b2b-1", "nc-1", line("11.30"), charges=[CHARGES[0]])
    assert refusal(gateway, "/credit-memo", charged) == (409, "not_in_edition")
    whole = gateway.request("POST", "/credit-memo", note("b2b-1", "nc-1", full_adjustment=True))
    assert (whole.status, whole.json()["code"]) == (409, "not_in_edition")
    assert "invalídelo por evento o envíe lines" in whole.json()["detail"]
    stamped(gateway, "/credit-memo", note_on("b2b-1", "nc-1", line("113.00")))
    stamped(gateway, "/invoice", ccf_of("b2b-2", liquor))
    informed = note_on("b2b-2", "nc-2", line("11.30", taxes=[{"code": "C5", "amount": 1}]))
    assert refusal(gateway, "/credit-memo", informed) == (409, "not_in_edition")
    answer = stamped(gateway, "/credit-memo", note("b2b-2", "nc-2", full_adjustment=True))
    assert [line["tributos"] for line in signed(gateway, answer)["cuerpoDocumento"]] == [["20"]]


def test_a_tax_that_the_new_edition_has_not_is_not_copied_into_it(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path, edition_from="2026-06-15") as gateway:
        gateway.is_now(2026, 6, 12)
        stamped(gateway, "/invoice", ccf_of("b2b-1", line("113.00", taxes=[{"code": "D5", "amount": 2}])))
        gateway.is_now(2026, 6, 15)
        reply = gateway.request("POST", "/credit-memo", note("b2b-1", "nc-1"))
        assert (reply.status, reply.json()["code"]) == (409, "not_in_edition")
        assert "el tributo D5" in reply.json()["detail"]


def test_charges_stand_beside_lines_and_prices_are_those_of_lines(gateway_v2: RunningGateway) -> None:
    stamped(gateway_v2, "/invoice", ccf_of("b2b-1", line("113.00"), charges=CHARGES))
    alone = note("b2b-1", "nc-1", charges=[CHARGES[0]])
    assert refusal(gateway_v2, "/credit-memo", alone) == (400, "charge_without_sale")
    credit = note_on("b2b-1", "nc-1", line("1.13"), charges=[CHARGES[1]])
    assert refusal(gateway_v2, "/credit-memo", credit) == (400, "charge_exceeds_total")
    suggested = note_on("b2b-1", "nc-1", line("1.13", suggested_price=2))
    assert refusal(gateway_v2, "/credit-memo", suggested) == (400, "field_not_here")
    answer = gateway_v2.post("/credit-memo", note("b2b-1", "nc-1", prices_include_vat=False))
    assert answer["dte_success"] is True
    assert [(each["code"], each["field"]) for each in answer["warnings"]] == [("field_ignored", "prices_include_vat")]


def test_a_note_has_remarks_an_appendix_and_the_principal_of_its_ccf(either_gateway: RunningGateway) -> None:
    principal = {"name": "Mandante de prueba, S.A. de C.V.", "nit": "06140303221032"}
    stamped(either_gateway, "/invoice", ccf_of("b2b-1", line("113.00"), on_behalf_of=principal))
    row = {"field": "pedido", "label": "Pedido", "value": "OC-88"}
    answer = stamped(
        either_gateway, "/credit-memo", note_on("b2b-1", "nc-1", line("11.30"), remarks="Por daño", appendix=[row])
    )
    said = signed(either_gateway, answer)
    assert said["ventaTercero"]["nit"] == principal["nit"]
    assert said["apendice"] == [{"campo": "pedido", "etiqueta": "Pedido", "valor": "OC-88"}]
    assert (said.get("extension") or said["resumen"])["observaciones"] == "Por daño"
    short = note_on("b2b-1", "nc-2", line("11.30"), appendix=[{"field": "p", "label": "Pedido", "value": "1"}])
    assert refusal(either_gateway, "/credit-memo", short) == (400, "text_too_short")
    buyer = note_on("b2b-1", "nc-2", line("11.30"), on_behalf_of=principal)
    assert refusal(either_gateway, "/credit-memo", buyer) == (400, "field_not_here")


def test_callers_at_once_never_take_more_than_there_is_of_any_kind(gateway_v2: RunningGateway) -> None:
    gateway = gateway_v2
    body = ccf_of("b2b-1", line("113.00", taxes=[{"code": "D1", "amount": 7}]), line("20.00", "exempt"), tip=4)
    gateway.post("/invoice", body)
    parts = [
        ({"lines": [line("2.00", "exempt")]}, 10),
        ({"lines": [line("1.13", taxes=[{"code": "D1", "amount": "1.40"}])]}, 5),
        ({"lines": [line("1.13")], "charges": [{"description": "Propina", "amount": 1}]}, 4),
    ]
    asked = [(kind, part) for kind, (part, most) in enumerate(parts) for _ in range(most + 5)]
    with serving(gateway.settings, gateway.clock, with_worker=False) as url, ThreadPoolExecutor(16) as pool:
        gateways = (gateway, replace(gateway, url=url))

        def post(index: int) -> tuple[int, int]:
            kind, part = asked[index]
            sent = {"document_id": "b2b-1", "external_ref": f"nc-{index}", **part}
            return kind, gateways[index % 2].request("POST", "/credit-memo", sent).status

        replies = Counter(pool.map(post, range(len(asked))))
    assert replies == {
        (kind, status): count for kind, (_, most) in enumerate(parts) for status, count in ((200, most), (400, 5))
    }


def test_a_note_that_comes_back_while_another_is_written_counts(
    gateway_v2: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused note frees its charge; it is retried just before the other note gets its number."""
    gateway = gateway_v2
    gateway.post("/invoice", ccf_of("b2b-1", line("113.00"), tip=4))
    first = note_on("b2b-1", "nc-1", line("1.13"), charges=[{"description": "Propina", "amount": 4}])
    gateway.emulator.control.fault("reject", "reception", code="020", text="CALCULO INCORRECTO")
    assert gateway.post("/credit-memo", first)["rejected"] is True
    with serving(gateway.settings, gateway.clock, with_worker=False) as url:
        other = replace(gateway, url=url)
        meanwhile(monkeypatch, register, lambda: other.post("/credit-memo", first))
        reply = gateway.request("POST", "/credit-memo", {**first, "external_ref": "nc-2"})
    assert (reply.status, reply.json()["errors"][0]["field"]) == (400, "charges[0].amount")
    assert gateway.get("/status/nc-1")["dte_success"] is True


def test_a_ccf_of_every_kind_is_cancelled_by_a_note_and_the_archive_agrees(
    either_gateway: RunningGateway, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = either_gateway
    gateway.is_now(2026, 6, 2)
    for reference in ("b2b-1", "b2b-2"):
        stamped(gateway, "/invoice", ccf_of(reference, *KINDS, discount_amount=5, withholding="vat_1"))
    stamped(gateway, "/credit-memo", note_on("b2b-2", "nc-1", line("5.65"), line("3.00", "exempt")))
    gateway.is_now(2026, 7, 20)
    answer = gateway.post("/invalidate/b2b-1", None)
    assert (answer["invalidated"], answer["created_credit_memo"]) == (True, True), answer
    sold, made = (gateway.get(f"/status/{id_}") for id_ in (answer["document_id"], answer["credit_memo_id"]))
    assert added([made]) == added([sold])
    for name, value in gateway.environ().items():
        monkeypatch.setenv(name, value)
    verified = run("verify")
    assert (verified.status, verified.out[-len(SOUND) :]) == (0, SOUND), verified
