"""``ocote customer``: what is remembered of customers, and taken back when it is no longer true."""

from tests.builders.bodies import invoice, purchase
from tests.builders.company import NIT
from tests.commands import Run
from tests.e2e.written import signed
from tests.running_gateway import RunningGateway

TAXPAYER = {"name": "Marta Alvarenga", "nit": "06140201260015", "nrc": "2345678", "dui": "00016297-5"}


def test_who_gave_the_registration_up_can_sell_as_an_excluded_subject(gateway: RunningGateway, run_here: Run) -> None:
    sold = gateway.post("/invoice", invoice("caja-1", customer=TAXPAYER))
    assert gateway.request("POST", "/suex", purchase("compra-1")).status == 400
    listed = run_here("customer", "list", "--company", NIT, "--number", "00016297-5")
    for text in ("Marta Alvarenga", "NIT 06140201260015", "DUI 000162975", "NRC 2345678"):
        assert text in listed.out
    cleared = run_here("customer", "clear", "1", "nrc", "type_contributor")
    assert (cleared.status, cleared.out) == (
        0,
        "De Marta Alvarenga ya no se recuerda: nrc, type_contributor. Queda: NIT 06140201260015, DUI 000162975.\n",
    )
    assert gateway.post("/suex", purchase("compra-1"))["dte_success"] is True
    assert signed(gateway, sold)["receptor"]["nrc"] == "2345678"


def test_a_customer_keeps_one_of_its_identifiers(gateway: RunningGateway, run_here: Run) -> None:
    gateway.post("/invoice", invoice("caja-1", customer={"name": "Marta Alvarenga", "dui": "00016297-5"}))
    refused = run_here("customer", "clear", "1", "dui")
    assert (refused.status, refused.err) == (
        1,
        "Error: El cliente se quedaría sin NIT, DUI ni NRC; deje al menos uno.\n",
    )
    unknown = run_here("customer", "clear", "7", "email")
    assert unknown.status == 1
    assert "No hay ningún cliente 7" in unknown.err


def test_customers_of_other_companies_are_not_listed(gateway: RunningGateway, run_here: Run) -> None:
    other = gateway.another_company()
    gateway.post("/invoice", invoice("caja-1", customer=TAXPAYER), key=other)
    assert "No hay clientes así" in run_here("customer", "list", "--company", NIT).out
    assert "Marta Alvarenga" in run_here("customer", "list", "--company", "06140102260013").out
