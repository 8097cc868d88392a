"""A company that is a large taxpayer itself: nobody withholds VAT from it (rules.md 8)."""

import pytest

from tests.builders.bodies import ccf, note
from tests.commands import Run
from tests.e2e.answers import AMOUNTS
from tests.e2e.written import assert_official, signed
from tests.running_gateway import RunningGateway
from tests.waiting import until


def test_a_company_that_becomes_a_large_taxpayer(
    either_gateway: RunningGateway, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what was sold before, 1 % stays withheld: a note on it gives its share back."""
    gateway = either_gateway
    before = gateway.post("/invoice", ccf("b2b-1"))
    assert [str(before[f"amount_{name}"]) for name in AMOUNTS] == ["100.00", "13.00", "113.00", "1.00", "112.00"]
    file = gateway.folder / "empresa.toml"
    file.write_text("large_taxpayer = true\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    for name, value in gateway.environ().items():
        monkeypatch.setenv(name, value)
    assert run("company", "add", str(file)).status == 0
    # PostgreSQL announces the change to the process that serves, which may take a moment.
    until(lambda: str(gateway.post("/invoice?dry_run=1", ccf("b2b-2"))["amount_withheld"]) == "0.00")
    after = gateway.post("/invoice", ccf("b2b-2"))
    assert [str(after[f"amount_{name}"]) for name in AMOUNTS] == ["100.00", "13.00", "113.00", "0.00", "113.00"]
    assert_official(signed(gateway, after))
    returned = gateway.post("/credit-memo", note("b2b-1", "nc-1", "56.50"))
    assert [str(returned[f"amount_{name}"]) for name in AMOUNTS] == ["50.00", "6.50", "56.50", "0.50", "56.00"]
