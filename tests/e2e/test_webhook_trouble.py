"""What becomes of announcements to a receiver that is gone, fails, asks for a pause, or changes its secret."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from ocote.clock import Clock
from ocote.outbox.webhook_error import WebhookError
from ocote.outbox.webhook_health import SWITCHED_OFF_AFTER
from ocote.outbox.webhook_secrets import SigningSecrets
from ocote.outbox.webhooks import WantedSpan, disable_webhook, enable_webhook, replay_delivery, replay_span, set_events
from ocote.vault import Vault
from tests.builders.bodies import invoice
from tests.builders.company import BY
from tests.e2e.subscribed import Subscribed, stored, subscribed_gateway

EVER = WantedSpan(datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


@pytest.fixture
def subscribed(database_url: str, tmp_path: Path) -> Iterator[Subscribed]:
    with subscribed_gateway(database_url, tmp_path) as found:
        yield found


def sell(subscribed: Subscribed, reference: str) -> None:
    assert subscribed.gateway.post("/invoice", invoice(reference))["dte_success"] is True


def enable(subscribed: Subscribed) -> int:
    hook = subscribed.hook().id
    found: int = stored(subscribed.gateway, lambda store: enable_webhook(store, subscribed.gateway.clock, hook, BY))
    return found


def replay(subscribed: Subscribed, span: WantedSpan = EVER) -> int:
    hook, clock = subscribed.hook().id, subscribed.gateway.clock
    found: int = stored(subscribed.gateway, lambda store: replay_span(store, clock, hook, span))
    return found


def rotate(subscribed: Subscribed, **keep: float) -> str:
    hook, clock = subscribed.hook().id, subscribed.gateway.clock
    vault = Vault.from_secret(subscribed.gateway.settings.required_secret())
    secret: str = stored(
        subscribed.gateway,
        lambda store: SigningSecrets(store, vault, clock).rotate(hook, timedelta(**keep), BY),
    )
    return secret


def references(subscribed: Subscribed) -> list[str]:
    return [one.message["data"]["external_ref"] for one in subscribed.erp.told]


def states(subscribed: Subscribed) -> list[tuple[str, bool]]:
    """Of every announcement, the oldest first: the state, and whether somebody will try."""
    return [(each.state, each.due_at is not None) for each in reversed(subscribed.deliveries())]


def test_a_receiver_that_is_gone_is_switched_off_and_nothing_is_lost(subscribed: Subscribed) -> None:
    subscribed.erp.statuses.append(410)
    sell(subscribed, "caja-1")
    subscribed.send()
    hook = subscribed.hook()
    assert (hook.disabled_because, hook.disabled_at is not None) == ("gone", True)
    sell(subscribed, "caja-2")
    subscribed.gateway.time_passes(days=1)
    subscribed.send()
    assert (references(subscribed), states(subscribed)) == (["caja-1"], [("refused", False), ("queued", False)])
    assert [each.answer for each in subscribed.deliveries()] == ["[webhook_off]", "respuesta 410"]
    assert enable(subscribed) == 1
    assert subscribed.hook().disabled_at is None
    subscribed.send()
    assert references(subscribed) == ["caja-1"], "nothing is sent that nobody asked for"
    assert replay(subscribed) == 2
    subscribed.send()
    assert sorted(references(subscribed)) == ["caja-1", "caja-1", "caja-2"]
    assert len({one.id for one in subscribed.erp.told}) == 2
    assert states(subscribed) == [("sent", False)] * 2


def test_what_waits_when_a_receiver_says_that_it_is_gone_is_kept(subscribed: Subscribed) -> None:
    subscribed.erp.statuses.extend([404, 410])
    sell(subscribed, "caja-1")
    subscribed.send()
    sell(subscribed, "caja-2")
    subscribed.send()
    assert states(subscribed) == [("queued", False), ("refused", False)]
    subscribed.gateway.time_passes(days=4)
    subscribed.send()
    assert len(subscribed.erp.told) == 2
    enable(subscribed)
    assert replay(subscribed) == 2


def test_the_operator_switches_a_webhook_off_and_on(subscribed: Subscribed) -> None:
    hook = subscribed.hook().id
    clock: Clock = subscribed.gateway.clock
    stored(subscribed.gateway, lambda store: disable_webhook(store, clock, hook, BY))
    with pytest.raises(WebhookError, match="ya estaba apagado"):
        stored(subscribed.gateway, lambda store: disable_webhook(store, clock, hook, BY))
    sell(subscribed, "caja-1")
    subscribed.send()
    [held] = subscribed.deliveries()
    with pytest.raises(WebhookError, match="apagado"):
        stored(subscribed.gateway, lambda store: replay_delivery(store, clock, held.id))
    with pytest.raises(WebhookError, match="enciéndalo antes"):
        replay(subscribed)
    assert (enable(subscribed), replay(subscribed)) == (1, 1)
    with pytest.raises(WebhookError, match="no está apagado"):
        enable(subscribed)
    subscribed.send()
    assert references(subscribed) == ["caja-1"]


@pytest.mark.parametrize("in_words", [False, True], ids=["seconds", "date"])
def test_a_receiver_that_asks_for_an_hour_has_an_hour_from_every_process(
    subscribed: Subscribed, in_words: bool
) -> None:
    clock = subscribed.gateway.clock
    asked = format_datetime(clock() + timedelta(hours=1), usegmt=True) if in_words else "3600"
    subscribed.erp.retry_after = asked
    subscribed.erp.statuses.append(503)
    sell(subscribed, "caja-1")
    subscribed.send()
    sell(subscribed, "caja-2")
    subscribed.gateway.time_passes(minutes=55)
    subscribed.send()
    assert references(subscribed) == ["caja-1"], "another process, which knows of the pause by the database"
    subscribed.gateway.time_passes(minutes=10)
    subscribed.send()
    assert sorted(references(subscribed)) == ["caja-1", "caja-1", "caja-2"]


@pytest.mark.parametrize("is_one", [True, False], ids=["one announcement", "a span"])
def test_a_replay_does_not_wait_for_the_end_of_the_pause_that_the_receiver_asked_for(
    subscribed: Subscribed, is_one: bool
) -> None:
    clock = subscribed.gateway.clock
    subscribed.erp.retry_after = "7200"
    subscribed.erp.statuses.append(503)
    sell(subscribed, "caja-1")
    subscribed.send()
    sell(subscribed, "caja-2")
    subscribed.gateway.time_passes(minutes=10)
    if is_one:
        refused = subscribed.deliveries()[-1].id
        stored(subscribed.gateway, lambda store: replay_delivery(store, clock, refused))
    else:
        assert replay(subscribed) == 2
    subscribed.send()
    assert sorted(references(subscribed)) == ["caja-1", "caja-1", "caja-2"]


def test_a_receiver_that_asks_for_a_year_is_tried_after_ten_hours(subscribed: Subscribed) -> None:
    subscribed.erp.retry_after = str(365 * 24 * 3600)
    subscribed.erp.statuses.append(429)
    sell(subscribed, "caja-1")
    subscribed.send()
    for hours, tried in ((9, 1), (2, 2)):
        subscribed.gateway.time_passes(hours=hours)
        subscribed.send()
        assert len(subscribed.erp.told) == tried


def test_days_of_nothing_but_failures_switch_a_webhook_off(subscribed: Subscribed) -> None:
    subscribed.erp.statuses.extend([500] * 200)
    for hour in range(0, 24 * SWITCHED_OFF_AFTER.days + 12, 6):
        subscribed.gateway.time_passes(hours=6)
        if hour % 24 == 0:
            sell(subscribed, f"caja-{hour}")
        subscribed.send()
        if hour == 24 * (SWITCHED_OFF_AFTER.days - 1):
            assert subscribed.hook().disabled_at is None
    hook = subscribed.hook()
    assert hook.disabled_because == "failing"
    tried = len(subscribed.erp.told)
    sell(subscribed, "caja-later")
    subscribed.gateway.time_passes(days=1)
    subscribed.send()
    assert len(subscribed.erp.told) == tried
    assert not [due for _, due in states(subscribed) if due]
    subscribed.erp.statuses.clear()
    enable(subscribed)
    replay(subscribed)
    subscribed.send()
    assert {state for state, _ in states(subscribed)} == {"sent"}


def test_one_taken_announcement_ends_the_run_of_failures(subscribed: Subscribed) -> None:
    subscribed.erp.statuses.append(500)
    sell(subscribed, "caja-1")
    subscribed.send()
    assert subscribed.hook().failing_since is not None
    subscribed.gateway.time_passes(minutes=1)
    subscribed.send()
    assert (subscribed.hook().failing_since, subscribed.hook().failed_at) == (None, None)


def test_two_failures_with_a_quiet_week_between_them_are_no_week_of_failures(subscribed: Subscribed) -> None:
    subscribed.erp.statuses.extend([500] * 2)
    sell(subscribed, "caja-1")
    subscribed.send()
    first = subscribed.hook().failing_since
    subscribed.gateway.time_passes(days=7)
    sell(subscribed, "caja-2")
    subscribed.send()
    hook = subscribed.hook()
    assert hook.disabled_at is None
    assert (hook.failing_since == first) is False


def test_both_secrets_sign_until_the_old_one_ends(subscribed: Subscribed) -> None:
    new = rotate(subscribed, hours=24)
    assert new != subscribed.secret
    sell(subscribed, "caja-1")
    subscribed.send()
    subscribed.gateway.time_passes(hours=25)
    sell(subscribed, "caja-2")
    subscribed.send()
    during, after = subscribed.erp.told
    assert len(during.headers["webhook-signature"].split(" ")) == 2
    assert during.is_signed_with(new)
    assert during.is_signed_with(subscribed.secret)
    assert after.is_signed_with(new)
    assert not after.is_signed_with(subscribed.secret)


def test_a_secret_replaced_twice_in_a_day_leaves_nobody_behind(subscribed: Subscribed) -> None:
    second, third = rotate(subscribed, hours=24), rotate(subscribed, hours=1)
    sell(subscribed, "caja-1")
    subscribed.send()
    subscribed.gateway.time_passes(hours=2)
    sell(subscribed, "caja-2")
    subscribed.send()
    first_day, later = subscribed.erp.told
    assert [first_day.is_signed_with(secret) for secret in (subscribed.secret, second, third)] == [True] * 3
    assert [later.is_signed_with(secret) for secret in (subscribed.secret, second, third)] == [True, False, True]


def test_a_secret_that_leaked_is_ended_at_once(subscribed: Subscribed) -> None:
    rotate(subscribed, hours=24)
    new = rotate(subscribed, hours=0)
    sell(subscribed, "caja-1")
    subscribed.send()
    [told] = subscribed.erp.told
    assert told.headers["webhook-signature"].count("v1,") == 1
    assert told.is_signed_with(new)


def test_secrets_are_not_piled_up_without_end(subscribed: Subscribed) -> None:
    for _ in range(4):
        rotate(subscribed, hours=24)
    with pytest.raises(WebhookError, match="no conserve el anterior"):
        rotate(subscribed, hours=24)
    rotate(subscribed, hours=0)


def test_a_webhook_hears_of_the_chosen_events_only(subscribed: Subscribed) -> None:
    hook = subscribed.hook().id
    stored(
        subscribed.gateway,
        lambda store: set_events(store, subscribed.gateway.clock, hook, "document.invalidated,document.rejected", BY),
    )
    sell(subscribed, "caja-1")
    subscribed.gateway.post("/invalidate/caja-1", None)
    stored(subscribed.gateway, lambda store: set_events(store, subscribed.gateway.clock, hook, "all", BY))
    sell(subscribed, "caja-2")
    subscribed.send()
    assert subscribed.erp.types() == ["invalidated", "stamped"]


def test_a_span_is_sent_again_in_the_order_of_its_events(subscribed: Subscribed) -> None:
    begin = subscribed.gateway.clock()
    for day in range(4):
        sell(subscribed, f"caja-{day}")
        subscribed.send()
        subscribed.gateway.time_passes(days=1)
    days = [begin + timedelta(days=day, minutes=-1) for day in (1, 3)]
    assert replay(subscribed, WantedSpan(days[0], days[1])) == 0, "all were taken"
    assert replay(subscribed, WantedSpan(days[0], days[1], also_sent=True)) == 2
    subscribed.send()
    assert sorted(references(subscribed)[4:]) == ["caja-1", "caja-2"]
    subscribed.erp.statuses.extend([404])
    sell(subscribed, "caja-4")
    subscribed.send()
    assert replay(subscribed) == 1, "the one that was not taken, without waiting for its next attempt"
    subscribed.send()
    assert references(subscribed)[6:] == ["caja-4", "caja-4"]
