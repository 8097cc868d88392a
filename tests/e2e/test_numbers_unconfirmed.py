"""A database that has gone back numbers nothing until a person has set every till and confirmed the numbers."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from prometheus_client import REGISTRY

from ocote.continuity.seen import FILE_NAME, SET_ASIDE_NAME, SeenFile
from ocote.health.finding import Finding
from ocote.health.numbers import numbers
from ocote.store.companies import all_companies
from ocote.store.engine.opening import open_store
from ocote.store.installation import InstallationRow, doubt_numbers, installation
from ocote.store.known_numbers import known_numbers
from tests.builders.bodies import ccf, invoice
from tests.builders.company import NIT
from tests.commands import Ended, Run
from tests.databases import Databases
from tests.e2e.answers import refusal
from tests.e2e.outage import mh_comes_back, mh_goes_away
from tests.e2e.worker import a_worker, a_worker_works
from tests.faults.books import gateway_books
from tests.running_gateway import ClosedGateway, RunningGateway, closed_gateway

UNCONFIRMED = (409, "numbers_unconfirmed")


@pytest.fixture
def closed(own_database_url: str, tmp_path: Path) -> Iterator[ClosedGateway]:
    """A gateway that can be closed, its database exchanged, and opened again."""
    with closed_gateway(own_database_url, tmp_path) as made:
        yield made


@pytest.fixture
def ocote(closed: ClosedGateway, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``ocote`` with the settings of the gateway."""
    monkeypatch.setenv("OCOTE_DATABASE_URL", closed.settings.database_url)
    monkeypatch.setenv("OCOTE_DATA_DIR", str(closed.settings.data_dir))
    monkeypatch.setenv("OCOTE_SECRET_KEY", str(closed.settings.secret_key))
    return run


def sells(gateway: RunningGateway, *references: str) -> list[str]:
    """Sells under each reference; the control numbers without what is common to them."""
    answers = [gateway.post("/invoice", invoice(reference)) for reference in references]
    assert all(answer["dte_success"] for answer in answers), answers
    return [answer["control_number"].rpartition("-")[2].lstrip("0") for answer in answers]


def state(closed: ClosedGateway) -> InstallationRow:
    """The row of the installation."""

    async def read() -> InstallationRow:
        async with open_store(closed.settings.database_url) as store:
            return await store.read(installation)

    return asyncio.run(read())


def doctor(closed: ClosedGateway) -> Finding:
    """The finding of ``ocote doctor`` on numbers."""

    async def look() -> Finding:
        async with open_store(closed.settings.database_url) as store:
            return await numbers(store, closed.settings, await store.read(all_companies), closed.clock())

    return asyncio.run(look())


def last_numbers(closed: ClosedGateway) -> list[int]:
    """The counters of all series."""

    async def read() -> list[int]:
        async with open_store(closed.settings.database_url) as store:
            return [counter.last for counter in (await store.read(known_numbers, 0)).counters]

    return asyncio.run(read())


def is_ready(gateway: RunningGateway) -> bool:
    parts = urlsplit(gateway.url)
    with closing(HTTPConnection(str(parts.hostname), parts.port)) as connection:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200


def set_number(ocote: Run, number: int) -> None:
    """The operator sets the number of the next invoice."""
    ended = ocote("number", "set", "--company", NIT, "--pos", "M001P001", "--type", "01", "--next", str(number))
    assert ended.status == 0, ended


def set_and_confirm(ocote: Run, number: int) -> Ended:
    """The operator sets the only till, and confirms."""
    set_number(ocote, number)
    return ocote("restore", "--confirm")


def rewound_after(closed: ClosedGateway, all_databases: Databases, *lost: str) -> None:
    """Three sales, one that MH refuses and a copy; then the lost sales, and the copy is put back."""
    url = closed.settings.database_url
    with closed.opened() as gateway:
        assert sells(gateway, "kept-1", "kept-2", "kept-3") == ["1", "2", "3"]
        gateway.emulator.control.fault("reject", "reception", code="096")
        assert gateway.post("/invoice", invoice("refused"))["rejected"] is True
    copy = all_databases.copied(url)
    with closed.opened() as gateway:
        sells(gateway, *lost)
    all_databases.rewind(url, copy)


def test_after_an_old_copy_was_put_back_nothing_is_numbered_until_the_tills_are_set_and_confirmed(
    closed: ClosedGateway, all_databases: Databases, ocote: Run
) -> None:
    rewound_after(closed, all_databases, "lost-1", "lost-2", "lost-3")
    before = gateway_books(closed.settings.database_url)
    stamped = len(closed.emulator.control.documents())
    sent = closed.emulator.control.counts().get("reception")
    with closed.opened() as gateway:
        assert state(closed).unconfirmed_because == "gone_back"
        for reference in ("lost-1", "new-1", None):
            assert refusal(gateway, "/invoice", invoice(reference)) == UNCONFIRMED
        assert refusal(gateway, "/invoice", ccf("new-ccf")) == UNCONFIRMED
        for reference in ("refused", "new-1"):
            assert refusal(gateway, "/invoice", invoice(reference, lines=invoice()["lines"])) == UNCONFIRMED
            assert refusal(gateway, "/invoice?dry_run=1", invoice(reference)) == UNCONFIRMED
        # What it knows it answers, and what cannot be issued anyway is told first.
        assert gateway.post("/invoice", invoice("kept-2"))["is_duplicate"] is True
        assert gateway.post("/invoice?dry_run=1", invoice("kept-2"))["is_duplicate"] is True
        assert gateway.get("/status/kept-3")["dte_success"] is True
        assert gateway.request("GET", "/file/kept-1?type=json").status == 200
        assert refusal(gateway, "/invoice", {"lines": []})[0] == 400
        assert gateway.post("/invalidate/kept-1", None)["invalidated"] is True
        assert is_ready(gateway)
        assert REGISTRY.get_sample_value("ocote_numbers_unconfirmed") == 1
    found = doctor(closed)
    assert (found.level, "retrocedió" in found.seen, "restore --confirm" in found.remedy) == ("failed", True, True)
    after = gateway_books(closed.settings.database_url)
    assert {ref: row["control_number"] for ref, row in after.items()} == {
        ref: row["control_number"] for ref, row in before.items()
    }
    assert last_numbers(closed) == [4]
    assert len(closed.emulator.control.documents()) == stamped
    assert closed.emulator.control.counts().get("reception") == sent

    refused = ocote("restore", "--confirm")
    assert refused.status == 1
    [command] = [line for line in refused.out.splitlines() if line.startswith("ocote")]
    assert command == (
        f"ocote number set --company {NIT} --environment 00 --pos M001P001 --type 01 --next NÚMERO"
        "  # la base seguiría con el 5; esta máquina vio hasta el 7"
    )
    assert "Falta fijar el número de una caja" in refused.err
    assert "retrocedió" in refused.err
    assert state(closed).unconfirmed_since is not None

    confirmed = set_and_confirm(ocote, 8)
    assert confirmed.status == 0, confirmed
    for text in ("Ventas:", "Invalidaciones", "Correos", "claves", "Los números quedaron confirmados"):
        assert text in confirmed.out
    assert (state(closed).unconfirmed_since, state(closed).confirmed_by is not None) == (None, True)
    with closed.opened() as gateway:
        assert sells(gateway, "new-1", "new-2") == ["8", "9"]
        assert gateway.post("/invoice", invoice("refused"))["control_number"].endswith("004")
        assert REGISTRY.get_sample_value("ocote_numbers_unconfirmed") == 0
    assert doctor(closed).level == "well"
    refused_by_mh = [row for row in gateway_books(closed.settings.database_url).values() if row["state"] != "stamped"]
    assert refused_by_mh == []
    assert "No hay nada que confirmar" in ocote("restore", "--confirm").out


def test_a_note_that_would_cancel_a_ccf_is_not_issued_either(closed: ClosedGateway) -> None:
    with closed.opened() as gateway:
        gateway.is_now(2026, 6, 2)
        gateway.post("/invoice", ccf("b2b"))
        gateway.is_now(2026, 6, 4)
        doubt(closed)
        assert refusal(gateway, "/invalidate/b2b", None) == UNCONFIRMED
        assert gateway.get("/status/b2b")["invalidated"] is False


def test_documents_that_were_in_contingency_are_brought_to_their_end_meanwhile(closed: ClosedGateway) -> None:
    with closed.opened() as gateway:
        mh_goes_away(gateway)
        gateway.post("/invoice", invoice("waits"))
        doubt(closed)
        assert refusal(gateway, "/invoice", invoice("new")) == UNCONFIRMED
        mh_comes_back(gateway)
        a_worker_works(gateway)
        assert gateway.get("/status/waits")["dte_success"] is True


def doubt(closed: ClosedGateway) -> None:
    """As ``ocote restore`` leaves a database."""

    async def write() -> None:
        async with open_store(closed.settings.database_url) as store:
            assert await store.write(doubt_numbers, "restored", "2026-06-04T12:00:00.000000Z")

    asyncio.run(write())


def test_a_counter_that_a_person_sets_back_alarms_nobody(closed: ClosedGateway, ocote: Run) -> None:
    with closed.opened() as gateway:
        sells(gateway, "a-1", "a-2")
    set_number(ocote, 500)
    with closed.opened():
        pass
    set_number(ocote, 3)
    with closed.opened() as gateway:
        assert sells(gateway, "a-3") == ["3"]
    with closed.opened() as gateway:
        assert sells(gateway, "a-4") == ["4"]
    assert doctor(closed).level == "well"


def test_a_number_that_a_person_set_and_the_database_forgot_is_an_alarm(
    closed: ClosedGateway, all_databases: Databases, ocote: Run
) -> None:
    """A company has just moved in: no document proves anything yet."""
    copy = all_databases.copied(closed.settings.database_url)
    set_number(ocote, 1094)
    with closed.opened():
        pass
    all_databases.rewind(closed.settings.database_url, copy)
    assert "números que una persona fijó" in doctor(closed).seen
    with closed.opened() as gateway:
        assert refusal(gateway, "/invoice", invoice("first")) == UNCONFIRMED
    refused = ocote("restore", "--confirm")
    assert "la base seguiría con el 1; esta máquina vio hasta el 1093" in refused.out
    assert set_and_confirm(ocote, 1094).status == 0
    with closed.opened() as gateway:
        assert sells(gateway, "first") == ["1094"]


def test_right_numbers_without_the_documents_are_an_alarm_too(
    closed: ClosedGateway, all_databases: Databases, ocote: Run
) -> None:
    """The operator put the copy back and set the numbers: the references of the lost sales are unknown all the same."""
    rewound_after(closed, all_databases, "lost-1", "lost-2")
    set_number(ocote, 7)
    assert "DTE-01-M001P001-000000000000006" in doctor(closed).seen
    with closed.opened() as gateway:
        assert refusal(gateway, "/invoice", invoice("lost-1")) == UNCONFIRMED
    assert set_and_confirm(ocote, 7).status == 0
    with closed.opened() as gateway:
        assert sells(gateway, "new") == ["7"]


def test_a_copy_of_this_very_moment_alarms_nobody(closed: ClosedGateway, all_databases: Databases) -> None:
    with closed.opened() as gateway:
        sells(gateway, "a-1")
    copy = all_databases.copied(closed.settings.database_url)
    all_databases.rewind(closed.settings.database_url, copy)
    with closed.opened() as gateway:
        assert sells(gateway, "a-2") == ["2"]


def test_every_machine_refuses_what_one_of_them_has_noticed(
    closed: ClosedGateway, all_databases: Databases, tmp_path: Path
) -> None:
    """The second machine has a folder of its own, in which nothing of this database was ever written."""
    rewound_after(closed, all_databases, "lost-1")
    with closed.opened(data_dir=tmp_path / "other-machine") as other, closed.opened() as first:
        for number, gateway in enumerate((other, first)):
            assert refusal(gateway, "/invoice", invoice(f"new-{number}")) == UNCONFIRMED


def test_two_processes_on_one_folder_remember_together(
    closed: ClosedGateway, all_databases: Databases, tmp_path: Path
) -> None:
    url = closed.settings.database_url
    with closed.opened() as first, closed.opened() as second:
        assert sells(first, "a-1") == ["1"]
        copy = all_databases.copied(url) if url.startswith("sqlite") else None
        assert sells(second, "b-1") == ["2"]
        assert sells(first, "a-2") == ["3"]
    seen = SeenFile(closed.settings.data_dir).read()[state(closed).id]
    assert [series.number for series in seen.series.values()] == [3]
    assert copy is None or Path(copy.removeprefix("sqlite:///")).exists()
    shutil.copy(tmp_path / FILE_NAME, tmp_path / "kept.json")
    with closed.opened(), closed.opened():
        pass
    assert json.loads((tmp_path / "kept.json").read_bytes()) == json.loads((tmp_path / FILE_NAME).read_bytes())


def test_a_database_exchanged_under_running_processes_is_noticed_by_the_next_look(
    all_databases: Databases, tmp_path: Path
) -> None:
    """A replica was promoted that lacked the last sales. PostgreSQL only: an SQLite file has no replica."""
    url = all_databases.postgres()
    with closed_gateway(url, tmp_path) as closed:
        with closed.opened() as gateway:
            sells(gateway, "kept")
        replica = all_databases.copied(url)
        with closed.opened() as gateway:
            sells(gateway, "lost-1", "lost-2")

            async def promote() -> None:
                async with a_worker(gateway) as worker:
                    await worker.numbers.look()
                    await asyncio.to_thread(all_databases.rewind, url, replica)
                    await worker.numbers.look()

            asyncio.run(promote())
            assert refusal(gateway, "/invoice", invoice("new")) == UNCONFIRMED
            assert gateway.post("/invoice", invoice("kept"))["is_duplicate"] is True
    all_databases.drop_postgres(url)


def damaged(folder: Path) -> None:
    (folder / FILE_NAME).write_bytes(b'{"installations": {"x": {"seen_at"')


def of_another_kind(folder: Path) -> None:
    (folder / FILE_NAME).unlink(missing_ok=True)
    (folder / FILE_NAME).mkdir()


def edited(folder: Path) -> None:
    text = (folder / FILE_NAME).read_text(encoding="utf-8")
    (folder / FILE_NAME).write_text(text.replace(" 01 M001", " 1 M1"), encoding="utf-8")


@pytest.mark.parametrize("spoil", [damaged, of_another_kind, edited])
def test_a_memory_that_cannot_be_read_is_set_aside_and_accuses_nobody(closed: ClosedGateway, spoil: Any) -> None:
    folder = closed.settings.data_dir
    with closed.opened() as gateway:
        sells(gateway, "a-1", "a-2")
    spoil(folder)
    assert doctor(closed).level == "warning"
    assert FILE_NAME in doctor(closed).seen
    with closed.opened() as gateway:
        assert sells(gateway, "a-3") == ["3"]
    assert (folder / SET_ASIDE_NAME).exists()
    assert SET_ASIDE_NAME in doctor(closed).seen
    seen = SeenFile(folder).read()[state(closed).id]
    assert [series.number for series in seen.series.values()] == [3]
    assert (folder / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_takes_no_file_hinders_no_sale(closed: ClosedGateway, tmp_path: Path) -> None:
    (tmp_path / "in-the-way").touch()
    with closed.opened(data_dir=tmp_path / "in-the-way" / "data") as gateway:
        assert sells(gateway, "a-1", "a-2") == ["1", "2"]
    nowhere = ClosedGateway(closed.key, closed.emulator, closed.clock, gateway.settings)
    assert (doctor(nowhere).level, "no se puede escribir" in doctor(nowhere).seen) == ("warning", True)


def test_a_new_database_in_the_place_of_a_lost_one_is_told_by_doctor(
    closed: ClosedGateway, all_databases: Databases, tmp_path: Path
) -> None:
    """The company is registered again, with its first number: that is another database, and no restored one."""
    with closed.opened() as gateway:
        sells(gateway, "a-1", "a-2")
    with closed_gateway(all_databases.sqlite(), tmp_path) as again:
        found = doctor(again)
        assert (found.level, "DTE-01-M001P001-000000000000002" in found.seen) == ("warning", True)
        with again.opened() as gateway:
            assert sells(gateway, "b-1") == ["1"]
        assert state(again).unconfirmed_since is None
    assert len(SeenFile(tmp_path).read()) == 2
