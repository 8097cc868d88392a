"""``ocote emulator say``: an integrator makes MH refuse, fall silent and change its rules, and sees what ocote does."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from ocote.emulator.server import RunningEmulator
from tests.commands import Run
from tests.ports import free_port


@pytest.fixture
def mh() -> Iterator[RunningEmulator]:
    """An emulator that knows no company."""
    with RunningEmulator() as running:
        yield running


@pytest.fixture
def say(run: Run, mh: RunningEmulator) -> Run:
    """``say("down")`` is ``ocote emulator say --url … down``."""
    return lambda *words: run("emulator", "say", "--url", mh.url, *words)


def test_a_refusal_by_code_has_mhs_own_text_and_ends_after_so_many(say: Run) -> None:
    ended = say("reject", "004", "--times", "2", "--type", "03")
    assert ended.status == 0
    for shown in ("documentos 03", "rechaza con 004", "2 veces"):
        assert shown in ended.out


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("down",), "todo"),
        (("down", "--what", "queries", "--times", "1"), "una vez"),
        (("lost", "--what", "documents"), "su respuesta se pierde"),
        (("slow", "2.5"), "contesta después de 2.5 s"),
        (("status-code", "502", "--what", "log-ins"), "contesta 502"),
        (("garbage", "--form", "truncated"), "no es de Hacienda (truncated)"),
        (("unauthorized", "--times", "1"), "da por vencida la sesión"),
        (("reject", "099", "--what", "cancellations", "--text", "ALGO FALTA"), "rechaza con 099: ALGO FALTA"),
    ],
)
def test_each_way_of_failing_is_said_back(say: Run, words: tuple[str, ...], shown: str) -> None:
    ended = say(*words)
    assert (ended.status, ended.err) == (0, "")
    assert shown in ended.out
    assert shown in say("status").out
    assert "se porta bien" in say("well").out
    assert "recibe y sella todo" in say("status").out


def test_the_clock_is_set_moved_stopped_and_put_right(say: Run) -> None:
    assert "2026-12-01 08:00:00" in say("clock", "--freeze", "2026-12-01T08:00").out
    assert "2026-12-02 20:00:00" in say("clock", "--move", "36h").out
    assert "2026-12-02 19:30:00" in say("clock", "--move", "-30m").out
    assert "2026-12-01" in say("clock", "--at", "2026-12-01T09:00:00-06:00").out
    assert f"{datetime.now().astimezone() - timedelta(hours=1):%Y}" in say("clock", "--now").out


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("clock",), "Diga una sola cosa"),
        (("clock", "--now", "--move", "1d"), "Diga una sola cosa"),
        (("clock", "--move", "pronto"), "36h"),
        (("clock", "--at", "mañana"), "2026-12-01T08:00"),
        (("reject", "4"), "tres cifras"),
        (("slow", "9999"), "SEGUNDOS"),
        (("v1-until", "ayer"), "2026-06-01"),
        (("used", "--company", "0", "--series", "DTE-01-M001P001", "--through", "5"), "El emulador no lo acepta"),
    ],
)
def test_what_cannot_be_said_is_explained(say: Run, words: tuple[str, ...], remedy: str) -> None:
    ended = say(*words)
    assert ended.status != 0
    assert remedy in ended.err


def test_without_an_emulator_the_command_says_where_it_looked(run: Run) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    ended = run("emulator", "say", "--url", url, "status")
    assert ended.status == 1
    assert f"Nada contesta en {url}" in ended.err
    assert "no es una dirección" in run("emulator", "say", "--url", "localhost:8090", "status").err
