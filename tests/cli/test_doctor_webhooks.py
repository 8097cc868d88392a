"""The doctor names the webhooks that need a person."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from ocote.health.webhooks import webhooks
from ocote.store.webhooks import WebhookRow

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
WORKS = WebhookRow(
    id="wh_1",
    company_id=1,
    url="https://erp.example.com/",
    secret=b"sealed",
    created_at="2026-01-01T00:00:00.000000Z",
    removed_at=None,
    events=None,
    previous_secrets=None,
    previous_until=None,
    disabled_at=None,
    disabled_because=None,
    failing_since=None,
    failed_at=None,
    paused_until=None,
    nit="06149999990012",
    environment="00",
    name="Comercial El Ejemplo",
)
A_DAY_AGO = "2026-11-19T17:00:00.000000Z"
JUST_NOW = "2026-11-20T17:55:00.000000Z"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"failing_since": "2026-11-20T10:00:00.000000Z", "failed_at": JUST_NOW},
        {"failing_since": "2026-11-10T10:00:00.000000Z", "failed_at": "2026-11-12T10:00:00.000000Z"},
        {"disabled_at": A_DAY_AGO, "disabled_because": "gone", "removed_at": JUST_NOW},
    ],
    ids=["works", "fails since today", "failed long ago and was not tried since", "removed"],
)
def test_a_webhook_without_trouble_is_not_named(changes: dict[str, Any]) -> None:
    assert webhooks([replace(WORKS, **changes)], NOW) == []


@pytest.mark.parametrize(
    ("changes", "seen", "remedy"),
    [
        (
            {"disabled_at": A_DAY_AGO, "disabled_because": "gone"},
            "apagado desde 19/11/2026 11:00: respondió 410 (ya no quiere avisos)",
            "ocote webhook enable wh_1",
        ),
        (
            {"disabled_at": A_DAY_AGO, "disabled_because": "failing", "failing_since": A_DAY_AGO},
            "apagado desde 19/11/2026 11:00: falló todo durante días",
            "ocote webhook enable wh_1",
        ),
        (
            {"failing_since": A_DAY_AGO, "failed_at": JUST_NOW},
            "no recibe nada desde 19/11/2026 11:00",
            "ocote webhook test wh_1",
        ),
    ],
)
def test_a_webhook_that_is_off_or_only_fails_is_named_with_the_remedy(
    changes: dict[str, Any], seen: str, remedy: str
) -> None:
    [finding] = webhooks([WORKS, replace(WORKS, **changes)], NOW)
    assert (finding.subject, finding.level, finding.seen) == (
        "Webhook wh_1 de Comercial El Ejemplo",
        "warning",
        seen,
    )
    assert remedy in finding.remedy
