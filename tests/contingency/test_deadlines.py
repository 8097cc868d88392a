"""The deadlines of a contingency: which one is the nearest, and when somebody is told."""

from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from ocote.contingency.deadlines import (
    ContingencyWatch,
    LegalDeadline,
    alarm,
    document_deadline,
    nearest_deadline,
    needs_technical_report,
)
from ocote.store.contingency.joining import Joining, join
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.values import moment_text
from tests.contingency.rows import NOON, overview_of

HOUR = timedelta(hours=1)


def test_while_the_cause_lasts_no_deadline_runs() -> None:
    assert nearest_deadline(overview_of(ended_at=None), NOON) is None
    assert document_deadline(None, None) is None


def test_the_event_has_a_day_from_the_end_of_the_cause() -> None:
    assert nearest_deadline(overview_of(), NOON + HOUR) == LegalDeadline(NOON + 24 * HOUR, "event")
    assert document_deadline(moment_text(NOON), None) == LegalDeadline(NOON + 24 * HOUR, "event")


def test_a_refused_event_may_be_corrected_for_a_day_once_that_of_the_event_is_over() -> None:
    refused = overview_of(refused_at=moment_text(NOON + 20 * HOUR))
    assert nearest_deadline(refused, NOON + 24 * HOUR) == LegalDeadline(NOON + 24 * HOUR, "event"), "the safe one"
    over = NOON + 24 * HOUR + timedelta(seconds=1)
    assert nearest_deadline(refused, over) == LegalDeadline(NOON + 44 * HOUR, "correction")
    assert document_deadline(refused.ended_at, refused.reported_at) == LegalDeadline(NOON + 24 * HOUR, "event")


def test_a_reported_document_has_three_days_from_the_stamp_of_its_event() -> None:
    reported = overview_of(reported_at=moment_text(NOON + HOUR), unreported=0)
    assert nearest_deadline(reported, NOON + HOUR) == LegalDeadline(NOON + 73 * HOUR, "documents")
    assert document_deadline(reported.ended_at, reported.reported_at) == LegalDeadline(NOON + 73 * HOUR, "documents")


def test_where_some_documents_are_reported_and_others_not_the_nearer_deadline_counts() -> None:
    assert nearest_deadline(overview_of(reported_at=moment_text(NOON + HOUR)), NOON + HOUR) == LegalDeadline(
        NOON + 24 * HOUR, "event"
    )


def test_what_nobody_waits_for_has_no_deadline() -> None:
    assert nearest_deadline(overview_of(unreported=0, waiting=0), NOON) is None


@pytest.mark.parametrize(
    ("of", "left", "level"),
    [
        ("event", 12 * HOUR + timedelta(seconds=1), 0),
        ("event", 12 * HOUR, 1),
        ("event", HOUR, 2),
        ("event", timedelta(), 2),
        ("event", timedelta(seconds=-1), 3),
        ("correction", 12 * HOUR, 1),
        ("documents", 36 * HOUR + timedelta(seconds=1), 0),
        ("documents", 36 * HOUR, 1),
        ("documents", HOUR, 2),
    ],
)
def test_it_becomes_urgent_at_half_of_the_time_and_an_hour_before(of: Any, left: timedelta, level: int) -> None:
    assert alarm(LegalDeadline(NOON, of), NOON - left) == level


def test_more_than_three_days_call_for_a_technical_report() -> None:
    began = NOON - 4 * HOUR
    assert not needs_technical_report(overview_of(ended_at=None), began + 72 * HOUR)
    assert needs_technical_report(overview_of(ended_at=None), began + 72 * HOUR + timedelta(seconds=1))
    assert not needs_technical_report(overview_of(), began + 100 * HOUR), "it ended at noon"


_COMPANY = sql("""
    INSERT INTO company (id, nit, environment, name, profile, mh_user, mh_password, private_key,
                         certificate_fingerprint, created_at, updated_at)
    VALUES (7, '06149999990012', '01', 'Comercial El Ejemplo', '{}', '', :nothing, :nothing, '', '', '')""")
_END = sql("UPDATE contingency SET state = 'filing', ended_at = :ended_at WHERE id = 'c-1' RETURNING id")
_DOCUMENT = sql("""
    INSERT INTO document (id, company_id, family, doc_type, edition, external_ref, branch_code, pos_code, year,
        control_number, generation_code, version, state, taxable_cents, vat_cents, gross_cents, withheld_cents,
        payable_cents, customer_name, customer_folded, fingerprint, posted_at, contingency_id, request, jws)
    VALUES ('d-1', 7, 'sale', '01', 'v1', 'caja-1', 'M001', 'P001', 2026, 'DTE-01', 'CODE', 1, 'contingency', 1000,
        130, 1130, 0, 1130, '', '', '', '', 'c-1', '{}', '')""")


def _ended_at_noon() -> Transaction[None]:
    yield _COMPANY(nothing=b"")
    began = moment_text(NOON - 73 * HOUR)
    yield from join(7, Joining("c-1", 1, None, issued_at=began, due_at=began, message=""))
    yield _DOCUMENT()
    yield _END(ended_at=moment_text(NOON))


def measured(name: str) -> float | None:
    return REGISTRY.get_sample_value(name, {"environment": "01"})


async def test_the_watch_measures_the_deadline_and_tells_each_alarm_once(database_url: str) -> None:
    now = NOON + HOUR
    async with open_store(database_url) as store:
        await store.write(_ended_at_noon)
        watch = ContingencyWatch(store, lambda: now)
        with capture_logs() as told:
            for hours in (1, 2, 13, 14, 23.5, 23.75, 25):
                now = NOON + hours * HOUR
                await watch.run_once()
                assert measured("ocote_contingency_deadline_seconds") == (24 - hours) * 3600
    assert measured("ocote_contingency_documents") == 1
    assert [(line["event"], line["log_level"], line.get("hours_left")) for line in told] == [
        ("contingency_needs_technical_report", "warning", None),
        ("contingency_deadline_near", "warning", 11.0),
        ("contingency_deadline_near", "warning", 0.5),
        ("contingency_deadline_missed", "error", None),
    ]
    assert {line["deadline"] for line in told[1:]} == {"2026-06-04T18:00:00+00:00"}


async def test_without_contingencies_no_deadline_runs(database_url: str) -> None:
    async with open_store(database_url) as store:
        await ContingencyWatch(store, lambda: NOON).run_once()
    assert measured("ocote_contingency_deadline_seconds") == float("inf")
    assert measured("ocote_contingency_documents") == 0
