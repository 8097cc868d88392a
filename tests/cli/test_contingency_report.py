"""What the operator reads of deadlines, and of causes that last too long."""

from datetime import timedelta
from typing import Any

import pytest

from ocote.cli.contingency_report import deadline_text, refusal_remedy, state_text
from ocote.clock import system_clock
from ocote.contingency.words import cause_text
from ocote.store.contingency.joining import Joining, join
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.values import moment_text
from tests.commands import Run
from tests.contingency.rows import NOON, overview_of

HOUR = timedelta(hours=1)
_COMPANY = sql("""
    INSERT INTO company (id, nit, environment, name, profile, mh_user, mh_password, private_key,
                         certificate_fingerprint, created_at, updated_at)
    VALUES (7, '06149999990012', '01', 'Comercial El Ejemplo', '{}', '', :nothing, :nothing, '', '', '')""")


@pytest.mark.parametrize(
    ("facts", "after", "said", "colour"),
    [
        ({"ended_at": None}, HOUR, "sin plazo todavía", ""),
        ({}, HOUR, "evento hasta 04/06/2026 12:00 (faltan 23 h)", ""),
        ({}, 12 * HOUR, "evento hasta 04/06/2026 12:00 (faltan 12 h)", "yellow"),
        ({}, 23.5 * HOUR, "evento hasta 04/06/2026 12:00 (faltan 30 min)", "red"),
        ({}, 25 * HOUR, "evento hasta 04/06/2026 12:00 (vencido)", "bold red"),
        (
            {"reported_at": moment_text(NOON + HOUR), "unreported": 0},
            2 * HOUR,
            "entrega hasta 06/06/2026 13:00 (faltan 71 h)",
            "",
        ),
        (
            {"refused_at": moment_text(NOON + 20 * HOUR)},
            25 * HOUR,
            "evento corregido hasta 05/06/2026 08:00 (faltan 19 h)",
            "",
        ),
        ({"state": "done", "unreported": 0}, HOUR, "", ""),
    ],
)
def test_a_deadline_is_told_in_local_time_and_coloured_as_it_comes_near(
    facts: dict[str, Any], after: timedelta, said: str, colour: str
) -> None:
    told = deadline_text(overview_of(**facts), NOON + after)
    assert (told.plain, told.style) == (said, colour)


def test_the_reason_stands_for_a_cause_that_has_no_name() -> None:
    assert cause_text(3, None) == "falla de Internet"
    assert cause_text(5, "Inundación en la sucursal") == "Inundación en la sucursal"


@pytest.mark.parametrize(
    ("facts", "after", "state", "remedy"),
    [
        ({"last_event": "rejected"}, HOUR, "Hacienda rechazó el evento", "Corrija el dato en el archivo de la empresa"),
        ({"last_event": "late"}, 25 * HOUR, "Hacienda rechazó el evento por estar fuera de plazo", "pida una prórroga"),
        ({"last_event": "late"}, HOUR, "Hacienda rechazó el evento por estar fuera de plazo", "«ocote doctor»"),
    ],
)
def test_a_refused_event_is_told_with_what_to_do(
    facts: dict[str, Any], after: timedelta, state: str, remedy: str
) -> None:
    refused = overview_of(id="c0ffee00-0000", **facts)
    assert state_text(refused).plain == state
    told = refusal_remedy(refused, NOON + after)
    assert remedy in told
    assert "ocote contingency retry c0ffee00" in told


def _four_days_ago() -> Transaction[None]:
    yield _COMPANY(nothing=b"")
    began = moment_text(system_clock() - timedelta(days=4))
    yield from join(7, Joining("c0ffee00-0000", 4, None, issued_at=began, due_at=began, message=""))


async def _outage_of_four_days(url: str) -> None:
    async with open_store(url) as store:
        await store.write(_four_days_ago)


def test_a_cause_of_more_than_three_days_calls_for_a_technical_report(run: Run, configured: str) -> None:
    import asyncio

    asyncio.run(_outage_of_four_days(configured))
    hint = "La contingencia c0ffee00 dura más de 3 días: Hacienda pide un Informe Técnico de Contingencia"
    for command in (("list",), ("show", "c0ff")):
        said = run("contingency", *command).out
        assert "falla de energía eléctrica" in said
        assert hint in said
