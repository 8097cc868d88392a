"""The commands that choose, test, rotate, switch and replay, as an operator gives them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import NIT
from tests.commands import Run
from tests.outbox.erp import Erp, open_erp


@pytest.fixture
def erp() -> Iterator[Erp]:
    with open_erp() as opened:
        yield opened


@pytest.fixture
def hook(run: Run, configured: str, company_file: Path, erp: Erp, monkeypatch: pytest.MonkeyPatch) -> str:
    """A webhook of the company at the receiver; returns its id."""
    monkeypatch.setenv("OCOTE_WEBHOOK_ALLOW_PRIVATE", "on")
    run("company", "add", str(company_file))
    assert run("webhook", "add", "--company", NIT, "--url", erp.url).status == 0
    found = re.search(r"wh_[0-9a-f]{12}", run("webhook", "list").out)
    assert found is not None
    return found.group()


def test_a_test_message_shows_what_the_receiver_answers(run: Run, hook: str, erp: Erp) -> None:
    tried = run("webhook", "test", hook)
    assert tried.status == 0
    assert f"{erp.url}\nRespuesta: 200 respuesta 200\n" in tried.out
    [told] = erp.told
    assert told.type == "webhook.test"
    assert told.message["data"] == {"webhook": hook, "environment": "00"}
    assert told.headers["user-agent"].startswith("ocote/")


def test_a_test_message_that_is_not_taken_ends_in_failure_and_changes_nothing(run: Run, hook: str, erp: Erp) -> None:
    erp.statuses.append(410)
    tried = run("webhook", "test", hook)
    assert tried.status == 1
    assert "410 respuesta 410" in tried.out
    assert "de 200 a 299" in tried.out
    assert "activo" in run("webhook", "list").out


@pytest.mark.parametrize(
    ("status", "retry_after", "said"),
    [
        (404, "", "Un aviso con esta respuesta se intentaría otra vez: se"),
        (404, "7200", "Un aviso con esta respuesta se intentaría otra vez: se"),
        (410, "", "Un aviso con esta respuesta apagaría el webhook: se"),
        (429, "", "se intentaría otra vez, y los demás del webhook esperarían: se"),
        (503, "7200", "se intentaría otra vez, y los demás del webhook esperarían hasta "),
    ],
)
def test_a_test_message_says_what_its_answer_would_do_to_an_announcement(
    run: Run, hook: str, erp: Erp, status: int, retry_after: str, said: str
) -> None:
    erp.statuses.append(status)
    erp.retry_after = retry_after
    assert said in run("webhook", "test", hook).out


def test_without_a_receiver_the_reason_is_told(run: Run, hook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OCOTE_WEBHOOK_ALLOW_PRIVATE")
    tried = run("webhook", "test", hook)
    assert tried.status == 1
    assert "127.0.0.1 no es una dirección pública de Internet" in tried.out


def test_a_webhook_that_is_off_can_be_tested(run: Run, hook: str) -> None:
    run("webhook", "disable", hook)
    assert f"ocote webhook enable {hook}" in run("webhook", "test", hook).out


def test_a_rotated_secret_is_written_alone_and_the_list_tells_how_long_the_old_one_lives(
    run: Run, hook: str, erp: Erp
) -> None:
    rotated = run("webhook", "rotate", hook, "--keep", "48")
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=\n", rotated.out)
    assert "el secreto anterior vale hasta" in run("webhook", "list").out
    run("webhook", "test", hook)
    [told] = erp.told
    assert told.is_signed_with(rotated.out.strip())
    assert len(told.headers["webhook-signature"].split(" ")) == 2


def test_a_webhook_is_switched_off_and_on(run: Run, hook: str) -> None:
    assert "90 días" in run("webhook", "disable", hook).out
    assert "apagado: por orden suya" in run("webhook", "list").out
    again = run("webhook", "disable", hook)
    assert (again.status, "ya estaba apagado" in again.err) == (1, True)
    assert "encendido" in run("webhook", "enable", hook).out
    assert "activo" in run("webhook", "list").out


def test_events_are_chosen_by_name_and_an_unknown_name_is_refused_with_the_list(run: Run, hook: str) -> None:
    assert "todos los sucesos" in run("webhook", "list").out
    assert run("webhook", "events", hook, "--events", "document.rejected, document.stamped").status == 0
    assert "document.stamped" in run("webhook", "list").out
    wrong = run("webhook", "events", hook, "--events", "document.stamped,document.stampd")
    assert wrong.status == 1
    assert "No hay ningún suceso document.stampd. Los sucesos son: document.stamped, document.rejected," in wrong.err
    assert run("webhook", "events", hook, "--events", ",").status == 1
    assert run("webhook", "events", hook, "--events", "all").status == 0
    assert "todos los sucesos" in run("webhook", "list").out
    assert "document.contingency_left" in run("webhook", "events").out
    assert run("webhook", "events", hook).status == 2


def test_a_webhook_is_added_for_some_events(run: Run, hook: str) -> None:
    url = "https://erp.example.com/otro"
    wrong = run("webhook", "add", "--company", NIT, "--url", url, "--events", "todo")
    assert (wrong.status, wrong.out) == (1, "")
    assert run("webhook", "add", "--company", NIT, "--url", url, "--events", "document.invalidated").status == 0
    assert "document.invalidated" in run("webhook", "list").out


def test_a_span_without_announcements_says_so(run: Run, hook: str) -> None:
    assert (
        "No hay avisos que repetir" in run("webhook", "replay", hook, "--from", "2026-06-01", "--to", "2026-06-30").out
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-06-02", "--to", "2026-06-01"), "--to debe ser igual o posterior"),
        (("--from", "ayer"), "2026-06-01T14:30"),
        (("--from", "2026-06-31"), "2026-06-01T14:30"),
    ],
)
def test_a_span_that_makes_no_sense_is_refused(run: Run, hook: str, arguments: tuple[str, ...], said: str) -> None:
    refused = run("webhook", "replay", hook, *arguments)
    assert refused.status == 2
    assert said in refused.err


def test_a_span_is_not_for_one_delivery(run: Run, hook: str) -> None:
    refused = run("webhook", "replay", "5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35", "--all")
    assert (refused.status, "wh_…" in refused.err) == (2, True)


@pytest.mark.parametrize("command", ["enable", "disable", "rotate", "test", "remove", "replay"])
def test_an_unknown_webhook_is_named(run: Run, hook: str, command: str) -> None:
    unknown = run("webhook", command, "wh_000000000000")
    assert unknown.status == 1
    assert "No hay ningún webhook activo wh_000000000000" in unknown.err
