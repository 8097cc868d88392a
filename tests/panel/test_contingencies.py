"""The pages of contingencies: what an owner sees of an outage, and what an operator does about it."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.outage import comes_to, contingencies, mh_comes_back, mh_goes_away, sells
from tests.e2e.worker import a_worker, a_worker_works
from tests.panel.audited import acts_of
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

LIST = "/c/1/contingencies"
REASON = "Corte en la red del proveedor de alojamiento"


@dataclass(frozen=True, slots=True)
class Outage:
    """A gateway with two documents in an open contingency, and the browsers of its owner and of an operator."""

    gateway: RunningGateway
    owner: PanelClient
    operator: PanelClient

    @property
    def path(self) -> str:
        """The page of the only contingency."""
        [found] = contingencies(self.gateway)
        return f"{LIST}/{found.id}"


@pytest.fixture
def outage(database_url: str, tmp_path: Path) -> Iterator[Outage]:
    with running_gateway(database_url, tmp_path) as gateway:
        mh_goes_away(gateway)
        sells(gateway, 2)
        owner = person_at(gateway)
        operator = person_at(gateway, email="opera@example.com", is_operator=True)
        yield Outage(gateway, owner, operator)


def comes_as_far_as(gateway: RunningGateway, state: str) -> None:
    """The background work brings the only contingency to a state."""

    async def work() -> None:
        async with a_worker(gateway) as worker:
            await comes_to(gateway, worker, state)

    asyncio.run(work())


def read(browser: PanelClient, path: str) -> Shown:
    """A page, which has to be there."""
    page = browser.get(path)
    assert page.status == 200, page.words
    return page


def test_an_open_contingency_is_shown_with_its_cause_its_documents_and_its_step(outage: Outage) -> None:
    listed = read(outage.owner, LIST)
    assert "Hacienda no disponible" in listed.words
    assert "2 en espera" in listed.words
    assert "Sin plazo mientras dura la causa" in listed.words
    page = read(outage.owner, outage.path)
    assert "Se sigue facturando" in page.words
    assert "caja-0" in page.words
    assert "caja-1" in page.words
    assert "Por reportar" in page.words or "Quizás llegó" in page.words


def test_the_deadline_runs_down_and_changes_its_colour(outage: Outage) -> None:
    mh_comes_back(outage.gateway)
    outage.gateway.emulator.control.fault("reject", "contingency", count=None)
    comes_as_far_as(outage.gateway, "filing")
    outage.gateway.time_passes(minutes=1)
    assert "Faltan 23 h" in read(outage.owner, outage.path).words
    outage.gateway.time_passes(hours=23, minutes=30)
    later = person_at(outage.gateway, email="vuelve@example.com")
    late = read(later, outage.path)
    assert re.search(r'class="badge tone-bad">Faltan \d+ min<', late.text)
    outage.gateway.time_passes(hours=2)
    assert "Vencido" in read(person_at(outage.gateway, email="otro-dia@example.com"), outage.path).words


def test_a_contingency_that_is_over_is_among_the_past_ones_with_its_stamp(outage: Outage) -> None:
    mh_comes_back(outage.gateway)
    a_worker_works(outage.gateway)
    listed = read(outage.owner, LIST)
    assert "No hay contingencias en curso." in listed.words
    assert "Terminada" in listed.words
    page = read(outage.owner, outage.path)
    assert "Evento recibido, con 2 documentos" in page.words
    assert "Sello: " in page.words
    assert page.words.count("Sellado") == 2


def test_the_words_of_mh_about_a_refused_event_are_shown_as_words(outage: Outage) -> None:
    attack = "<script>alert('MH')</script>"
    mh_comes_back(outage.gateway)
    outage.gateway.emulator.control.fault("reject", "contingency", count=None, text=attack)
    comes_as_far_as(outage.gateway, "filing")
    a_worker_works(outage.gateway, spans=3)
    page = read(outage.operator, outage.path)
    assert "Hacienda rechazó el evento: lea abajo su respuesta." in page.words
    assert attack not in page.text
    assert attack in page.words
    assert "Presentar otro evento" in page.words


def test_an_operator_corrects_the_cause_and_the_log_says_who(outage: Outage) -> None:
    path = outage.path
    read(outage.operator, path)
    answer = outage.operator.post(f"{path}/cause", {"kind": "5", "reason": REASON})
    assert "2 documentos se firmaron de nuevo" in outage.operator.follow(answer).words
    assert REASON in read(outage.owner, LIST).words
    [act] = acts_of(outage.gateway)
    assert (act.act, act.author, act.company_id) == ("contingency_corrected", "opera@example.com", 1)
    assert act.before == '{"kind":1,"reason":null}'
    assert REASON in act.after


@pytest.mark.parametrize("fields", [{"kind": "5", "reason": "mal"}, {"kind": "5"}, {"kind": "9"}, {}])
def test_a_cause_that_mh_would_not_read_stays_in_the_form(outage: Outage, fields: dict[str, str]) -> None:
    path = outage.path
    read(outage.operator, path)
    assert outage.operator.post(f"{path}/cause", fields).status == 400
    assert acts_of(outage.gateway) == []


def test_an_operator_does_the_next_steps_at_once(outage: Outage) -> None:
    mh_comes_back(outage.gateway)
    path = outage.path
    read(outage.operator, path)
    for _ in range(10):
        page = outage.operator.follow(outage.operator.post(f"{path}/next"))
        if "La contingencia terminó" in page.words:
            break
        outage.gateway.time_passes(seconds=10)
    assert "Todos los documentos tienen la respuesta de Hacienda." in read(outage.owner, path).words
    assert {act.act for act in acts_of(outage.gateway)} == {"contingency_taken_in_hand"}


def test_an_event_that_mh_has_not_refused_is_not_filed_again(outage: Outage) -> None:
    read(outage.operator, outage.path)
    answer = outage.operator.post(f"{outage.path}/event")
    assert "Hacienda no ha rechazado el último evento" in outage.operator.follow(answer).words


@pytest.mark.parametrize("act", ["cause", "next", "event"])
def test_an_owner_who_does_not_operate_the_gateway_changes_nothing(outage: Outage, act: str) -> None:
    page = read(outage.owner, outage.path)
    assert "Hacer ahora lo que sigue" not in page.words
    assert outage.owner.post(f"{outage.path}/{act}", {"kind": "2"}).status == 403
    assert acts_of(outage.gateway) == []


def test_a_contingency_of_another_company_is_not_there(outage: Outage) -> None:
    outage.gateway.another_company()
    stranger = person_at(outage.gateway, email="otra@example.com", company_id=2, is_operator=True)
    theirs = outage.path.replace("/c/1/", "/c/2/")
    assert stranger.get(theirs).status == 404
    assert stranger.post(f"{theirs}/next").status == 404
    assert stranger.get(f"{LIST}?before=x").status == 404
    assert read(stranger, "/c/2/contingencies").words.count("No hay contingencias") == 1
