"""A company that issued with another system until yesterday goes on with its numbers (docs/moving-in.md)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ocote.clock import local_date
from tests.builders.bodies import ccf, invoice
from tests.builders.company import NIT
from tests.commands import Run
from tests.e2e.old_system import issued_before
from tests.running_gateway import RunningGateway, running_gateway

INVOICES, CCFS = 1093, 310
"""How many documents of each type the company's system of before has issued this year."""


@pytest.fixture
def gateway(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway whose company file holds what a test gives for its point of sale."""
    with running_gateway(database_url, tmp_path, point_of_sale=getattr(request, "param", "")) as running:
        yield running


def number(doc_type: str, correlative: int) -> str:
    return f"DTE-{doc_type}-M001P001-{correlative:015d}"


def this_year(gateway: RunningGateway) -> tuple[str, str]:
    return "--year", str(local_date(gateway.clock()).year)


def set_number(run_here: Run, following: int, *more: str, doc_type: str = "01") -> str:
    """Sets the next number by command; returns what the command said."""
    arguments = ("--pos", "M001P001", "--type", doc_type, "--next", str(following))
    ended = run_here("number", "set", "--company", NIT, *arguments, *more)
    assert (ended.status, ended.err) == (0, "")
    return ended.out


def sold_at_once(gateway: RunningGateway) -> list[dict[str, Any]]:
    """Twelve invoices and eight CCFs, asked for by several tills of the key at the same time."""
    orders = [*(invoice(f"caja-{one}") for one in range(12)), *(ccf(f"credito-{one}") for one in range(8))]
    with ThreadPoolExecutor(6) as tills:
        return list(tills.map(lambda order: gateway.post("/invoice", order), orders))


def assert_goes_on(gateway: RunningGateway, old: set[str]) -> None:
    """Sells, and asserts that MH has stamped every number once, from the old system's on and without a gap."""
    sold = sold_at_once(gateway)
    assert all(answer["dte_success"] for answer in sold), sold
    expected = {number("01", INVOICES + 1 + one) for one in range(12)}
    expected |= {number("03", CCFS + 1 + one) for one in range(8)}
    assert {answer["control_number"] for answer in sold} == expected
    at_mh = [document["control_number"] for document in gateway.emulator.control.documents()]
    assert sorted(at_mh) == sorted(old | expected)


@pytest.mark.parametrize(
    "gateway", [f'next_number = {{ "01" = {INVOICES + 1}, "03" = {CCFS + 1} }}'], indirect=True, ids=["file"]
)
def test_a_company_moves_in_with_the_numbers_of_its_file(gateway: RunningGateway, run_here: Run) -> None:
    old = issued_before(gateway, "01", 1, INVOICES) | issued_before(gateway, "03", 1, CCFS)
    asked = gateway.post("/invoice?dry_run=1", invoice("prueba"))
    assert asked["schema"]["identificacion"]["numeroControl"] == number("01", INVOICES + 1)
    assert_goes_on(gateway, old)
    listed = run_here("number", "list", "--company", NIT)
    assert listed.status == 0
    for text in (
        number("01", INVOICES + 12),
        number("03", CCFS + 8),
        "caja-",
        "credito-",
        f"{local_date(gateway.clock()):%d/%m/%Y}",
    ):
        assert text in listed.out
    renewed = run_here("company", "add", "empresa.toml")
    for doc_type, first, following in (("01", 1094, 1106), ("03", 311, 319)):
        assert (
            f"M001P001, tipo {doc_type}: el próximo número es {following}; next_number = {first} ya se usó y puede "
            "quitarse del archivo.\n"
        ) in renewed.out
    assert gateway.post("/invoice", invoice("caja-12"))["control_number"] == number("01", INVOICES + 13)


def test_a_company_moves_in_with_numbers_set_by_command_while_the_gateway_runs(
    gateway: RunningGateway, run_here: Run
) -> None:
    old = issued_before(gateway, "01", 1, INVOICES) | issued_before(gateway, "03", 1, CCFS)
    said = set_number(run_here, INVOICES + 1, *this_year(gateway))
    assert f"el próximo número era 1 y ahora es 1094. El próximo documento llevará {number('01', 1094)}." in said
    set_number(run_here, CCFS + 1, *this_year(gateway), doc_type="03")
    assert_goes_on(gateway, old)


@pytest.mark.parametrize("gateway", ['next_number = { "01" = 1094 }'], indirect=True, ids=["file"])
def test_a_series_that_was_set_begins_again_with_one_in_the_new_year(gateway: RunningGateway) -> None:
    assert gateway.post("/invoice", invoice("silvestre"))["control_number"] == number("01", 1094)
    gateway.is_now(local_date(gateway.clock()).year + 1, 1, 1)
    assert gateway.post("/invoice", invoice("año-nuevo"))["control_number"] == number("01", 1)


def test_after_the_last_number_of_the_year_the_till_is_told_and_nothing_is_kept(
    gateway: RunningGateway, run_here: Run
) -> None:
    set_number(run_here, 999_999_999_999_999)
    last = gateway.post("/invoice", invoice("caja-1"))
    assert (last["dte_success"], last["control_number"]) == (True, "DTE-01-M001P001-999999999999999")
    for path in ("/invoice", "/invoice?dry_run=1"):
        refused = gateway.request("POST", path, invoice("caja-2"))
        assert (refused.status, refused.json()["code"]) == (409, "numbers_exhausted")
    assert gateway.request("GET", "/status/caja-2").status == 404
    back = run_here("number", "set", "--company", NIT, "--pos", "M001P001", "--type", "01", "--next", "1094")
    assert back.status == 1
    assert "ya se emitió DTE-01-M001P001-999999999999999: ese punto ya no tiene números este año." in back.err


def test_a_mistaken_number_is_set_back_until_it_is_used(gateway: RunningGateway, run_here: Run) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    said = set_number(run_here, 10_940)
    assert "El próximo número" not in said
    assert "Del 2 al 10939 quedan 10938 números sin documento." in said
    said = set_number(run_here, 3)
    assert "era 10940 y ahora es 3." in said
    assert "El número 2 queda sin documento." in said
    assert "quedan" not in set_number(run_here, 2)
    assert "sigue siendo 2." in set_number(run_here, 2)
    assert gateway.post("/invoice", invoice("caja-2"))["control_number"] == number("01", 2)
    refused = run_here("number", "set", "--company", NIT, "--pos", "M001P001", "--type", "01", "--next", "2")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err == (
        f"Error: 2 no puede ser el próximo número, porque ya se emitió {number('01', 2)}: indique 3 o más.\n"
    )
