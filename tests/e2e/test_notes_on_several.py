"""Credit notes on several CCFs, and on CCFs that another system issued or that are on paper, over HTTP (rules.md 7)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from ocote.issuing import ccfs
from tests.builders.bodies import LARGE_TAXPAYER
from tests.commands import Run
from tests.e2e.another_system import another_system, stated
from tests.e2e.answers import amounts, refusal
from tests.e2e.written import assert_official, signed
from tests.running_gateway import RunningGateway

CUSTOMER = {**LARGE_TAXPAYER, "type_contributor": 1}
SOUND = "✓ Todo concuerda.\n"


@pytest.fixture
def other(either_gateway: RunningGateway) -> Iterator[RunningGateway]:
    """Another system of the company, which issues the same edition."""
    with another_system(either_gateway) as running:
        yield running


@pytest.fixture
def verified(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[[RunningGateway], str]:
    """The end of what ``ocote verify`` says of a gateway's archive."""

    def verify(gateway: RunningGateway) -> str:
        for name, value in gateway.environ().items():
            monkeypatch.setenv(name, value)
        return run("verify").out[-len(SOUND) :]

    return verify


def line(price: str, **more: Any) -> dict[str, Any]:
    return {"description": "Artículo", "quantity": 1, "unit_price": price, **more}


def ccf_of(reference: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"doc_type": "03", "external_ref": reference, "customer": CUSTOMER, "lines": list(lines), **more}


def note_of(reference: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"external_ref": reference, "lines": list(lines), **more}


def stamped(gateway: RunningGateway, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = gateway.post(path, body)
    assert answer["dte_success"] is True, answer
    assert_official(signed(gateway, answer))
    return answer


def refused(gateway: RunningGateway, body: dict[str, Any]) -> tuple[int, str, str]:
    reply = gateway.request("POST", "/credit-memo", body)
    said = reply.json()
    assert "errors" in said, said
    return reply.status, said["errors"][0]["code"], said["errors"][0]["field"]


def test_a_note_takes_from_several_ccfs_and_each_keeps_its_rest(
    either_gateway: RunningGateway, verified: Callable[[RunningGateway], str]
) -> None:
    gateway = either_gateway
    first = stamped(gateway, "/invoice", ccf_of("b2b-1", line("113.00"), line("20.00", sale_kind="exempt")))
    second = stamped(gateway, "/invoice", ccf_of("b2b-2", line("226.00")))
    lines = [
        line("11.30"),
        line("22.60", document_id="b2b-2"),
        line("5.00", sale_kind="exempt"),
    ]
    answer = stamped(gateway, "/credit-memo", note_of("nc-1", *lines, document_id="b2b-1"))
    # 10.00 and 20.00 are taxed, 5.00 exempt.
    assert amounts(answer) == ["30.00", "3.90", "38.90", "0.00", "38.90"]
    document = signed(gateway, answer)
    codes = [first["generation_code"], second["generation_code"]]
    assert [each["numeroDocumento"] for each in document["documentoRelacionado"]] == codes
    assert [each["numeroDocumento"] for each in document["cuerpoDocumento"]] == [codes[0], codes[0], codes[1]]
    assert "adjusted_document" not in answer
    taken = [(each["document_id"], str(each["amount_taxable"]), each["issued_here"]) for each in answer["related"]]
    assert taken == [(first["document_id"], "10.00", True), (second["document_id"], "20.00", True)]
    # 101.70 and 15.00 are left of the first, 203.40 of the second.
    too_much = note_of("nc-2", line("101.70"), line("203.41", document_id="b2b-2"), document_id="b2b-1")
    reply = gateway.request("POST", "/credit-memo", too_much).json()
    assert [(each["code"], each["field"]) for each in reply["errors"]] == [("note_exceeds_voucher", "lines")]
    assert reply["errors"][0]["message"].startswith(second["control_number"])
    stamped(gateway, "/credit-memo", note_of("nc-3", line("203.40"), document_id="b2b-2"))
    rest = [line("101.70"), line("15.00", sale_kind="exempt")]
    stamped(gateway, "/credit-memo", note_of("nc-4", *rest, document_id="b2b-1"))
    assert refusal(gateway, "/credit-memo", note_of("nc-5", line("0.01"), document_id="b2b-2"))[0] == 400
    assert verified(gateway) == SOUND


def test_a_cancelled_note_frees_every_ccf_and_a_live_one_blocks_their_cancellation(
    either_gateway: RunningGateway,
) -> None:
    gateway = either_gateway
    for reference in ("b2b-1", "b2b-2"):
        stamped(gateway, "/invoice", ccf_of(reference, line("113.00")))
    whole = [line("113.00", document_id="b2b-1"), line("113.00", document_id="b2b-2")]
    stamped(gateway, "/credit-memo", note_of("nc-1", *whole))
    for reference in ("b2b-1", "b2b-2"):
        assert refusal(gateway, f"/invalidate/{reference}") == (409, "invalidation_blocked_by_note")
    assert gateway.post("/invalidate/nc-1", None)["invalidated"] is True
    stamped(gateway, "/credit-memo", note_of("nc-2", *whole))


def test_a_ccf_of_another_system_is_bounded_by_what_is_said_of_it_and_by_the_notes_made_here(
    either_gateway: RunningGateway, other: RunningGateway, verified: Callable[[RunningGateway], str]
) -> None:
    gateway = either_gateway
    sold = stamped(other, "/invoice", ccf_of("ajeno-1", line("113.00"), line("10.00", sale_kind="exempt")))
    described = stated(other, sold)
    body = note_of("nc-1", line("100.00"), related_documents=[described], customer=CUSTOMER)
    answer = stamped(gateway, "/credit-memo", body)
    (related,) = answer["related"]
    assert (related["generation_code"], related["issued_here"]) == (sold["generation_code"], False)
    assert gateway.get("/credit-memo/status/nc-1")["related"] == [related]
    again = {**body, "external_ref": "nc-2", "lines": [line("13.01")]}
    assert refused(gateway, again) == (400, "note_exceeds_voucher", "lines")
    more = {**again, "related_documents": [{**described, "amount_taxable": "1000.00"}]}
    changed = gateway.post("/credit-memo?dry_run=1", more)
    warned = [(each["code"], each["field"]) for each in changed["warnings"]]
    assert ("stated_amounts_changed", "related_documents[0]") in warned
    stamped(gateway, "/credit-memo", {**again, "lines": [line("13.00"), line("10.00", sale_kind="exempt")]})
    assert refused(gateway, {**again, "external_ref": "nc-3"})[:2] == (400, "note_exceeds_voucher")
    assert verified(gateway) == SOUND


def test_own_and_foreign_and_paper_ccfs_in_one_note(either_gateway: RunningGateway, other: RunningGateway) -> None:
    gateway = either_gateway
    stamped(gateway, "/invoice", ccf_of("b2b-1", line("113.00")))
    described = stated(other, stamped(other, "/invoice", ccf_of("ajeno-1", line("113.00"))))
    paper = {"number": "23sd000123", "issued_on": described["issued_on"], "amount_taxable": 50}
    lines = [line("11.30"), line("22.60", related=0), line("33.90", related=1)]
    body = note_of("nc-1", *lines, document_id="b2b-1", related_documents=[described, paper])
    answer = stamped(gateway, "/credit-memo", body)
    assert amounts(answer) == ["60.00", "7.80", "67.80", "0.00", "67.80"]
    kinds = [
        (each["tipoGeneracion"], each["numeroDocumento"]) for each in signed(gateway, answer)["documentoRelacionado"]
    ]
    assert kinds[:2] == [(2, described["generation_code"]), (1, "23SD000123")]
    again = {**body, "external_ref": "nc-2", "lines": [*lines[:2], line("22.61", related=1)]}
    assert refused(gateway, again)[:2] == (400, "note_exceeds_voucher")
    assert refused(gateway, {**body, "external_ref": "nc-3", "lines": [line("1.13")]})[:2] == (400, "related_unused")


def test_ccfs_that_cannot_stand_in_one_note(either_gateway: RunningGateway, other: RunningGateway) -> None:
    gateway = either_gateway
    stranger = {**CUSTOMER, "nit": "06140102260013", "nrc": "1234575"}
    stamped(gateway, "/invoice", ccf_of("b2b-1", line("113.00")))
    stamped(gateway, "/invoice", ccf_of("b2b-2", line("113.00"), customer=stranger))
    stamped(gateway, "/invoice", ccf_of("b2b-3", line("113.00"), withholding="vat_1"))
    own = stamped(gateway, "/invoice", {**ccf_of("b2b-4", line("113.00"))})
    principal = {"name": "Cooperativa El Jabalí de R.L.", "nit": "06141809480014"}
    stamped(gateway, "/invoice", ccf_of("b2b-5", line("113.00"), on_behalf_of=principal))
    stamped(gateway, "/invoice", {"external_ref": "caja-1", "lines": [line("1.13")]})

    def on(*references: str) -> dict[str, Any]:
        return note_of("nc-1", *(line("1.13", document_id=each) for each in references))

    assert refused(gateway, on("b2b-1", "b2b-2")) == (400, "adjusted_customers_differ", "lines[1].document_id")
    assert refused(gateway, on("b2b-1", "b2b-3")) == (400, "adjusted_withholding_differs", "lines[1].document_id")
    assert refused(gateway, on("b2b-1", "b2b-5")) == (400, "adjusted_principals_differ", "lines[1].document_id")
    assert refused(gateway, on("b2b-1", "caja-1")) == (400, "adjusted_not_ccf", "lines[1].document_id")
    same = on("b2b-4", own["control_number"])
    assert refused(gateway, same) == (400, "related_repeated", "lines[1].document_id")
    assert gateway.request("POST", "/credit-memo", on("b2b-1", "nadie")).status == 404
    described = stated(gateway, own)
    foreign = note_of("nc-1", line("1.13"), related_documents=[described], customer=CUSTOMER)
    assert refused(gateway, foreign) == (400, "adjusted_issued_here", "related_documents[0]")
    theirs = stated(other, stamped(other, "/invoice", ccf_of("ajeno-1", line("113.00"))))
    late = {**theirs, "issued_on": "2099-01-01"}
    expected = (400, "related_after_document", "related_documents[0].issued_on")
    assert refused(gateway, {**foreign, "related_documents": [late]}) == expected
    old = gateway.request(
        "POST", "/credit-memo", {**foreign, "related_documents": [{**theirs, "issued_on": "2020-01-01"}]}
    )
    assert (old.status, old.json()["code"]) == (409, "adjusted_too_old")


def test_two_points_of_a_company_never_take_more_than_a_foreign_ccf_has(
    either_gateway: RunningGateway, other: RunningGateway
) -> None:
    gateway = either_gateway
    described = stated(other, stamped(other, "/invoice", ccf_of("ajeno-1", line("113.00"))))

    def take(number: int) -> int:
        body = note_of(f"nc-{number}", line("11.30"), related_documents=[described], customer=CUSTOMER)
        return gateway.request("POST", "/credit-memo", body).status

    with ThreadPoolExecutor(8) as callers:
        statuses = list(callers.map(take, range(14)))
    assert sorted(statuses) == [200] * 10 + [400] * 4


def test_a_note_on_fifty_ccfs(either_gateway: RunningGateway) -> None:
    """Each has 1.04 and 0.14 of VAT; MH computes 13 % of 52.00 (arithmetic.md 5)."""
    gateway = either_gateway
    for number in range(51):
        gateway.post("/invoice", ccf_of(f"b2b-{number}", line("1.18")))
    lines = [line("1.18", document_id=f"b2b-{number}") for number in range(51)]
    assert refused(gateway, note_of("nc-0", *lines))[:2] == (400, "related_too_many")
    answer = stamped(gateway, "/credit-memo", note_of("nc-1", *lines[:50]))
    assert amounts(answer) == ["52.00", "6.76", "58.76", "0.00", "58.76"]
    assert {each["amount_taxable"] for each in answer["related"]} == {Decimal("1.04")}


def test_amounts_of_taxes_that_were_rounded_in_each_ccf_are_those_of_all_lines(either_gateway: RunningGateway) -> None:
    """0.20 for each of 10.125 gallons is 2.025; four CCFs say 2.03, and MH computes 8.10 (wider-sales.md 2.2)."""
    gateway = either_gateway
    fuel = {"quantity": "10.125", "unit": 22, "taxes": [{"code": "D1", "amount": "2.03"}]}
    for number in range(4):
        stamped(gateway, "/invoice", ccf_of(f"b2b-{number}", line("4.00", **fuel)))
    lines = [line("4.00", **fuel, document_id=f"b2b-{number}") for number in range(4)]
    answer = stamped(gateway, "/credit-memo", note_of("nc-1", *lines))
    assert answer["amount_taxes"] == Decimal("8.10")


def paper(number: str, **more: Any) -> dict[str, Any]:
    """A CCF on paper of the day before the second of June of 2026."""
    return {"number": number, "issued_on": "2026-06-01", "amount_taxable": 100, **more}


def on_paper(reference: str, price: str, document: dict[str, Any], **more: Any) -> dict[str, Any]:
    return note_of(reference, line(price), related_documents=[document], customer=CUSTOMER, **more)


def test_a_later_statement_below_what_was_taken_leaves_nothing(gateway: RunningGateway) -> None:
    gateway.is_now(2026, 6, 2)
    first = on_paper("nc-1", "56.50", paper("P-1", amount_income_tax=10, amount_withheld=1, amount_collected=1))
    assert amounts(stamped(gateway, "/credit-memo", first)) == ["50.00", "6.50", "56.50", "0.50", "51.50"]
    less = stamped(gateway, "/credit-memo", on_paper("nc-2", "28.25", paper("P-1")))
    assert amounts(less) == ["25.00", "3.25", "28.25", "0.00", "28.25"]
    assert (less["amount_income_tax"], less["amount_collected"]) == (0, 0)
    small = on_paper("nc-3", "1.13", paper("P-1", amount_taxable=50))
    reply = gateway.request("POST", "/credit-memo", small).json()
    assert "le quedan 0.00 por ajustar" in reply["errors"][0]["message"]


def test_income_tax_is_never_above_the_sales_that_a_note_takes(gateway: RunningGateway) -> None:
    gateway.is_now(2026, 6, 2)
    every = paper("P-1", amount_income_tax=100)
    for number, price in enumerate(("1.76", "56.51", "54.73")):
        answer = stamped(gateway, "/credit-memo", on_paper(f"nc-{number}", price, every))
        assert answer["amount_income_tax"] <= answer["amount_taxable"]


def test_charges_that_only_together_reach_the_limit_of_mh_are_refused(gateway_v2: RunningGateway) -> None:
    gateway_v2.is_now(2026, 6, 2)
    large = {"charges": [{"description": "Anticipo", "amount": 90_000_000_000}]}
    documents = [paper("P-1", **large), paper("P-2", **large)]
    lines = [line("1.13", related=0), line("1.13", related=1)]
    charges = [{"description": "Anticipo", "amount": 90_000_000_000, "related": each} for each in (0, 1)]
    body = note_of("nc-1", *lines, charges=charges, related_documents=documents, customer=CUSTOMER)
    assert refused(gateway_v2, body) == (400, "total_too_large", "charges")


def test_the_tax_on_lodging_of_a_discounted_ccf_of_another_system_goes_back_whole(
    either_gateway: RunningGateway,
) -> None:
    either_gateway.is_now(2026, 6, 2)
    room = paper("P-1", amount_taxable=90, taxes=[{"code": "59", "amount": 5}])
    body = on_paper("nc-1", "113.00", room)
    body["lines"] = [line("113.00", discount_percentage=10, taxes=["59"])]
    assert stamped(either_gateway, "/credit-memo", body)["amount_taxes"] == 5


def test_a_refusal_names_the_ccf_of_a_list(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    stamped(gateway, "/invoice", ccf_of("b2b-1", line("113.00")))
    second = stamped(gateway, "/invoice", ccf_of("b2b-2", line("113.00")))
    gateway.post("/invalidate/b2b-2", None)
    body = note_of("nc-1", line("1.13", document_id="b2b-1"), line("1.13", document_id="b2b-2"))
    reply = gateway.request("POST", "/credit-memo", body)
    assert (reply.status, reply.json()["code"]) == (409, "already_invalidated")
    assert reply.json()["detail"].startswith(f"{second['control_number']}: ")
    unknown = note_of("nc-1", line("1.13", document_id="b2b-1"), line("1.13", document_id="nadie"))
    assert gateway.request("POST", "/credit-memo", unknown).json()["detail"].startswith("nadie: ")


def test_the_notes_that_one_note_counts_are_bounded(gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ccfs, "MOST_COUNTED", 3)
    for number in range(3):
        stamped(gateway, "/invoice", ccf_of(f"b2b-{number}", line("113.00")))
    on_all = [line("1.13", document_id=f"b2b-{number}") for number in range(3)]
    stamped(gateway, "/credit-memo", note_of("nc-1", *on_all))
    stamped(gateway, "/credit-memo", note_of("nc-2", *on_all))
    assert refusal(gateway, "/credit-memo", note_of("nc-3", *on_all)) == (409, "notes_too_many")
    stamped(gateway, "/credit-memo", note_of("nc-3", *on_all[:1]))


def test_prices_of_a_note_on_a_ccf_without_vat_are_counted_as_they_were_meant(gateway: RunningGateway) -> None:
    """The second note gives back what the first one left, to the cent, in the terms of each CCF."""
    stamped(gateway, "/invoice", ccf_of("b2b-1", line("100.01"), prices_include_vat=False))
    stamped(gateway, "/invoice", ccf_of("b2b-2", line("113.00")))
    for number, (net, gross) in enumerate((("33.337", "11.305"), ("66.673", "101.695"))):
        parts = [line(net, document_id="b2b-1"), line(gross, document_id="b2b-2")]
        stamped(gateway, "/credit-memo", note_of(f"nc-{number}", *parts))
    for reference in ("b2b-1", "b2b-2"):
        more = note_of("nc-9", line("0.02"), document_id=reference)
        assert refused(gateway, more)[:2] == (400, "note_exceeds_voucher")


def test_many_notes_on_the_same_ccfs_at_once_are_all_made_and_take_all_there_is(gateway: RunningGateway) -> None:
    """Each outdates the drafts of the others; they take turns."""
    for number in range(10):
        stamped(gateway, "/invoice", ccf_of(f"b2b-{number}", line("13.56")))

    def take(caller: int) -> bool:
        names = [f"b2b-{(number + caller) % 10}" for number in range(10)]
        parts = [line("1.13", document_id=name) for name in names]
        return bool(gateway.post("/credit-memo", note_of(f"nc-{caller}", *parts))["dte_success"])

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(take, range(12)))
    for number in range(10):
        more = note_of("nc-12", line("0.02"), document_id=f"b2b-{number}")
        assert refused(gateway, more)[:2] == (400, "note_exceeds_voucher")


def test_the_customer_of_a_paper_ccf_is_the_buyer_of_the_own_one_beside_it(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    gateway.is_now(2026, 6, 2)
    stamped(gateway, "/invoice", ccf_of("b2b-1", line("113.00")))
    lines = [line("1.13"), line("1.13", related=0)]
    stranger = {**CUSTOMER, "name": "Otra Empresa, S.A. de C.V.", "nit": "06140102260013", "nrc": "1234575"}
    body = note_of("nc-1", *lines, document_id="b2b-1", related_documents=[paper("P-1")], customer=stranger)
    assert refused(gateway, body) == (400, "adjusted_customers_differ", "customer.nit")
    stamped(gateway, "/credit-memo", {**body, "customer": CUSTOMER})


def test_a_paper_ccf_that_was_of_another_customer_is_told_of(gateway: RunningGateway) -> None:
    gateway.is_now(2026, 6, 2)
    stamped(gateway, "/credit-memo", on_paper("nc-1", "1.13", paper("P-1")))
    stranger = {**CUSTOMER, "nit": "06140102260013", "nrc": "1234575"}
    answer = stamped(gateway, "/credit-memo", {**on_paper("nc-2", "1.13", paper("P-1")), "customer": stranger})
    assert "stated_amounts_changed" in [each["code"] for each in answer["warnings"]]


def test_what_is_too_much_of_a_stated_ccf_is_so_by_the_callers_own_word(gateway: RunningGateway) -> None:
    gateway.is_now(2026, 6, 2)
    reply = gateway.request("POST", "/credit-memo", on_paper("nc-1", "113.01", paper("P-1"))).json()
    assert "que declara related_documents, menos las notas hechas aquí" in reply["errors"][0]["message"]


def test_the_whole_rest_is_taken_in_other_terms_than_those_of_the_notes_before(either_gateway: RunningGateway) -> None:
    """31.60, 63.12 and 47.23 with VAT leave 146.72 without."""
    gateway = either_gateway
    stamped(gateway, "/invoice", ccf_of("b2b-1", line("307.75")))
    for number, price in enumerate(("31.60", "63.12", "47.23")):
        stamped(gateway, "/credit-memo", note_of(f"nc-{number}", line(price), document_id="b2b-1"))
    rest = note_of("nc-9", line("146.72"), document_id="b2b-1", prices_include_vat=False)
    assert amounts(stamped(gateway, "/credit-memo", rest))[0] == "146.72"
