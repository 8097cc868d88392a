"""``ocote verify`` over whole archives: stopped and continued, beside sales, and after a new certificate."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from rich.progress import Progress

from ocote.store import verifying
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Statement
from ocote.vault import new_secret
from tests.archive.archived import archive_all, numbered, sample
from tests.builders.bodies import ccf, invoice, note, purchase
from tests.builders.certificate import PASSWORD, crt, pkcs8, rsa_key, spki, wrapped
from tests.builders.company import NIT, write_company
from tests.builders.large_archive import fill_archive
from tests.commands import Ended, Run
from tests.e2e.damage import change, damaged, one_letter, rows_of
from tests.e2e.issued import issue_one_of
from tests.e2e.long_life import a_long_life
from tests.e2e.outage import mh_comes_back, mh_goes_away
from tests.e2e.several import several
from tests.e2e.taken import take_numbers
from tests.e2e.worker import a_worker_works
from tests.running_gateway import NEVER, RunningGateway
from tests.waiting import until

SOUND = "✓ Todo concuerda.\n"


def state_files(folder: Path) -> list[str]:
    """The files in which a walk that was stopped remembers its place."""
    return sorted(path.name for path in folder.glob("verify*"))


def test_an_archive_in_which_everything_has_happened_is_sound(
    database_url: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Normativa v1.x; the tests of damage begin with the same in v2.0."""
    with a_long_life(database_url, tmp_path, NEVER) as gateway:
        for name, value in gateway.environ().items():
            monkeypatch.setenv(name, value)
        unfinished = run("verify")
        assert (unfinished.status, unfinished.err) == (0, ""), unfinished
        mh_comes_back(gateway)
        a_worker_works(gateway)
        gateway.time_passes(minutes=2)
        a_worker_works(gateway)
        finished = run("verify", "--company", "0614-010126-001-7", "--environment", "00")
    assert (finished.status, finished.out[-len(SOUND) :]) == (0, SOUND), finished
    reasons = {row["why"] for row in rows_of(database_url, "SELECT why FROM superseded_version")}
    assert reasons == {"rejected", "contingency", "cause", "unsent"}, "every kind of earlier text was there"
    [documents] = rows_of(database_url, "SELECT count(*) AS n FROM document")
    assert f"Revisado: 1 empresa, {documents['n']} documentos, " in finished.out
    assert state_files(tmp_path) == []


def some_documents(gateway: RunningGateway, count: int = 100) -> None:
    """More documents than fit on three pages, some of them cancelled."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: gateway.post("/invoice", invoice(f"caja-{number}")), range(count)))
    for number in range(3):
        gateway.post(f"/invalidate/caja-{number}", None)


class CtrlC:
    """Counts the pages of a walk by its progress bar, and interrupts after one of them; 0 never does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.after = 0
        self.pages: list[float] = []
        advance = Progress.advance

        def counted(bar: Progress, task: Any, done: float = 1) -> None:
            self.pages.append(done)
            if len(self.pages) == self.after:
                raise KeyboardInterrupt
            advance(bar, task, done)

        monkeypatch.setattr(Progress, "advance", counted)

    def next(self, after: int) -> None:
        """Interrupts the next walk after so many pages."""
        self.after = after
        self.pages.clear()


def test_a_walk_stopped_after_any_page_goes_on_there_and_says_the_same(
    gateway: RunningGateway, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_documents(gateway)
    ctrl_c = CtrlC(monkeypatch)
    with damaged(gateway.database_url, "document", {"external_ref": "caja-1"}, gross_cents=1131):
        whole = run_here("verify")
        assert whole.status == 1
        pages = len(ctrl_c.pages)
        assert (sum(ctrl_c.pages), pages) == (103, 9)
        for after in range(1, pages + 1):
            ctrl_c.next(after)
            stopped = run_here("verify")
            assert (stopped.status, stopped.out) == (130, "")
            assert state_files(gateway.folder) == ["verify.json", "verify.stamps"]
            ctrl_c.next(0)
            continued = run_here("verify")
            said, _, rest = continued.out.partition("\n")
            assert said.startswith("Se continúa la revisión que empezó el "), continued
            assert (continued.status, rest) == (1, whole.out)
            assert len(ctrl_c.pages) == pages - after
            assert state_files(gateway.folder) == []


@pytest.fixture
def stopped(gateway: RunningGateway, run_here: Run, monkeypatch: pytest.MonkeyPatch) -> RunningGateway:
    """A gateway whose archive was walked by half when somebody pressed Ctrl-C."""
    some_documents(gateway)

    with monkeypatch.context() as meanwhile:
        CtrlC(meanwhile).next(2)
        assert run_here("verify").status == 130
    return gateway


def test_restart_begins_anew(stopped: RunningGateway, run_here: Run) -> None:
    assert run_here("verify", "--restart").out.startswith("Revisado: 1 empresa, 100 documentos, ")
    assert state_files(stopped.folder) == []


@pytest.mark.parametrize("damage", ["{", "", '{"scope":{}}', "null", "\ufffd" * 40])
def test_a_damaged_place_begins_anew(stopped: RunningGateway, run_here: Run, damage: str) -> None:
    (stopped.folder / "verify.json").write_text(damage, encoding="utf-8")
    assert run_here("verify").out.startswith("Revisado: 1 empresa, 100 documentos, ")


def test_a_lost_file_of_stamps_begins_anew(stopped: RunningGateway, run_here: Run) -> None:
    (stopped.folder / "verify.stamps").write_bytes(b"1234")
    assert run_here("verify").out.startswith("Revisado: 1 empresa, 100 documentos, ")


def test_a_walk_of_other_certificates_or_another_database_does_not_go_on_there(
    stopped: RunningGateway, run_here: Run
) -> None:
    place = json.loads((stopped.folder / "verify.json").read_text(encoding="utf-8"))
    for other in ({"installation": "another"}, {"certificates": ["another"]}, {"format": 99}):
        changed = {**place, "scope": {**place["scope"], **other}}
        (stopped.folder / "verify.json").write_text(json.dumps(changed), encoding="utf-8")
        assert run_here("verify").out.startswith("Revisado: 1 empresa, 100 documentos, ")


def test_a_walk_of_one_company_leaves_the_place_of_the_walk_of_all(stopped: RunningGateway, run_here: Run) -> None:
    assert run_here("verify", "--company", NIT).out.startswith("Revisado: 1 empresa, 100 documentos, ")
    assert run_here("verify").out.startswith("Se continúa la revisión")


def test_the_files_of_a_walk_are_for_their_user_alone(stopped: RunningGateway) -> None:
    for name in state_files(stopped.folder):
        assert (stopped.folder / name).stat().st_mode & 0o077 == 0


def test_of_two_walks_at_once_the_second_is_refused(
    gateway: RunningGateway, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.post("/invoice", invoice())
    seconds: list[Ended] = []

    def second(*_: Any) -> None:
        if not seconds:
            with ThreadPoolExecutor(1) as pool:
                seconds.append(pool.submit(run_here, "verify").result())

    monkeypatch.setattr(Progress, "advance", second)
    assert run_here("verify").status == 0
    assert seconds[0].status == 1
    assert "Otra revisión está en curso" in seconds[0].err


def test_nothing_is_wrong_with_an_archive_in_which_somebody_sells(gateway: RunningGateway, run_here: Run) -> None:
    """Sales, notes, cancellations, refusals and an outage, while the archive is walked again and again."""
    for reference in ("b2b-0", "b2b-1"):
        gateway.post("/invoice", ccf(reference))
    stop = Event()

    def sells(till: int) -> int:
        made = 0
        while not stop.is_set():
            gateway.request("POST", "/invoice", invoice(f"caja-{till}-{made}"))
            if till == 0:
                gateway.request("POST", "/invoice", ccf(f"b2b-{made}-v"))
                gateway.request("POST", "/credit-memo", note(f"b2b-{made}-v", f"nc-{made}", full_adjustment=True))
            elif till == 1:
                gateway.request("POST", f"/invalidate/caja-{till}-{made}", None)
                gateway.request("POST", "/suex", purchase(f"compra-{made}"))
            elif made % 5 == 0:
                gateway.emulator.control.fault("reject", "reception", code="096")
                gateway.request("POST", "/invoice", invoice(f"mal-{made}"))
                gateway.request("POST", "/invoice", invoice(f"mal-{made}"))
                gateway.emulator.control.fault("reject", "reception", code="096")
                gateway.request("POST", "/credit-memo", several(gateway, f"varias-{made}", "b2b-0", "b2b-1"))
                gateway.request("POST", "/credit-memo", note("b2b-1", f"varias-{made}", "1.13"))
                gateway.request("POST", "/credit-memo", several(gateway, f"otra-{made}", "b2b-1", "b2b-0"))
            made += 1
        return made

    with ThreadPoolExecutor(3) as pool:
        sold = [pool.submit(sells, till) for till in range(3)]
        walks = [run_here("verify") for _ in range(6)]
        mh_goes_away(gateway)
        walks += [run_here("verify") for _ in range(3)]
        mh_comes_back(gateway)
        a_worker_works(gateway)
        walks += [run_here("verify") for _ in range(3)]
        stop.set()
    assert all(each.result() > 5 for each in sold)
    for walk in walks:  # the log of the gateway stands between the lines of the command
        assert (walk.status, SOUND in walk.out, "✗" in walk.out) == (0, True, False), walk


def renewed(gateway: RunningGateway, run_here: Run, name: str) -> Path:
    """Registers the company with another certificate; returns the file of the one before."""
    key = rsa_key(name)
    before = gateway.folder / "anterior.crt"
    before.write_bytes((gateway.folder / f"{NIT}.crt").read_bytes())
    new = crt(nit=NIT, password=PASSWORD, private=wrapped(pkcs8(key)), public=wrapped(spki(key.public_key())))
    (gateway.folder / f"{NIT}.crt").write_bytes(new)
    assert run_here("company", "add", str(gateway.folder / "empresa.toml")).status == 0
    return before


def sold_before_and_after_a_renewal(gateway: RunningGateway, run_here: Run) -> Path:
    """Two days of sales with a new certificate between them; returns the former certificate.

    MH has not heard of the new certificate, and refuses what it signs; for a moment the gateway may use the former one.
    """
    gateway.clock.set(datetime.now(UTC) - timedelta(days=2))
    gateway.emulator.control.set_clock(gateway.clock())
    for number in range(4):
        gateway.post("/invoice", invoice(f"antes-{number}"))
    gateway.post("/invalidate/antes-0", None)
    before = renewed(gateway, run_here, "renewed")
    gateway.time_passes(days=2)
    until(lambda: gateway.post("/invoice", invoice())["rejected"] is True)
    for number in range(4):
        gateway.post("/invoice", invoice(f"después-{number}"))
        gateway.time_passes(minutes=1)
    return before


def test_texts_of_an_earlier_certificate_are_counted_apart_and_checked_when_it_is_given(
    gateway: RunningGateway, run_here: Run
) -> None:
    before = sold_before_and_after_a_renewal(gateway, run_here)
    without = run_here("verify")
    assert without.status == 0, without
    [doubtful] = [line for line in without.out.splitlines() if line.startswith("! ")]
    assert re.match(r"! 06140101260017 \(pruebas\): [5-9] textos firmados del ", doubtful)
    assert "→ Repita con --certificate ARCHIVO, el .crt anterior." in doubtful
    assert without.out.endswith("✓ Ningún fallo cierto; hay textos que no se pudieron comprobar.\n")
    given = run_here("verify", "--certificate", str(before))
    assert (given.status, given.out[-len(SOUND) :]) == (0, SOUND)
    assert "! " not in given.out


def test_damage_is_told_from_an_earlier_certificate_wherever_it_can_be(gateway: RunningGateway, run_here: Run) -> None:
    url, before = gateway.database_url, sold_before_and_after_a_renewal(gateway, run_here)
    with damaged(url, "document", {"external_ref": "después-2"}, jws=one_letter(0.97)):
        after = run_here("verify")
    assert after.status == 1
    assert "la firma no verifica" in after.out
    assert re.search(r"[5-9] textos firmados del", after.out), "those of the earlier certificate stay apart"
    with damaged(url, "document", {"external_ref": "antes-2"}, jws=one_letter(0.97)):
        assert run_here("verify").status == 0, "it cannot be told without the earlier certificate"
        with_it = run_here("verify", "--certificate", str(before))
    assert with_it.status == 1
    assert "la firma no verifica" in with_it.out
    with damaged(url, "document", {"external_ref": "antes-2"}, gross_cents=1131):
        assert "total con IVA 11.31 ≠ 11.30" in run_here("verify").out, "what was signed is compared all the same"


def test_a_company_registered_again_with_its_certificate_has_no_doubtful_texts(
    gateway: RunningGateway, run_here: Run
) -> None:
    for number in range(3):
        gateway.post("/invoice", invoice(f"caja-{number}"))
    write_company(gateway.folder)
    assert run_here("company", "add", str(gateway.folder / "empresa.toml")).status == 0
    with damaged(gateway.database_url, "document", {"external_ref": "caja-1"}, jws=one_letter(0.97)):
        ended = run_here("verify")
    assert ended.status == 1
    assert "! " not in ended.out


def test_every_company_is_walked_with_its_own_certificate(gateway: RunningGateway, run_here: Run) -> None:
    other = gateway.another_company()
    gateway.post("/invoice", invoice("caja-1"))
    gateway.post("/invoice", invoice("caja-1"), key=other)
    assert "Revisado: 2 empresas, 2 documentos, " in run_here("verify").out
    assert "Revisado: 1 empresa, 1 documento, " in run_here("verify", "--company", "06140102260013").out
    text = "SELECT jws FROM document WHERE external_ref = 'caja-1' AND company_id = 2"
    [theirs] = rows_of(gateway.database_url, text)
    with damaged(gateway.database_url, "document", {"external_ref": "caja-1", "company_id": 1}, jws=theirs["jws"]):
        ended = run_here("verify")
    assert ended.status == 1
    assert "NIT del emisor 06140101260017 ≠ 06140102260013" in ended.out


def test_more_faults_than_anybody_reads_are_counted(gateway: RunningGateway, run_here: Run) -> None:
    """Documents that nobody signed, put into the database past the gateway."""

    async def put() -> None:
        async with open_store(gateway.database_url) as store:
            day = datetime(2026, 6, 1, tzinfo=UTC)
            documents = [
                (day + timedelta(seconds=number), numbered(sample("03-v1"), number)) for number in range(1, 151)
            ]
            await archive_all(store, 1, documents)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, put()).result()
    ended = run_here("verify")
    lines = ended.out.splitlines()
    assert ended.status == 1
    assert len([line for line in lines if line.startswith("✗ ") and " → " in line]) == 200
    total = int(lines[-1].removeprefix("✗ ").removesuffix(" fallos."))
    assert total > 450, "signature, fields, answer, repeated stamp"
    assert f"… y {total - 200} más." in lines
    assert any("la firma no verifica" in line for line in lines)


def test_a_wrong_call_says_what_to_do(gateway: RunningGateway, run_here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: str, status: int = 1) -> str:
        ended = run_here("verify", *arguments)
        assert (ended.status, ended.out) == (status, ""), ended
        assert state_files(gateway.folder) == []
        return ended.err

    assert "No hay ninguna empresa con NIT 06149999990017" in refused("--company", "06149999990017")
    assert "No hay ninguna empresa con NIT 06140101260017" in refused("--company", NIT, "--environment", "01")
    assert "--environment" in refused("--environment", "02", status=2)
    assert "no-existe.crt" in refused("--certificate", "no-existe.crt", status=2)
    foreign, text = gateway.folder / "ajeno.crt", gateway.folder / "texto.crt"
    foreign.write_bytes(crt())
    text.write_text("hola")
    assert "ninguna de las empresas que se revisan tiene el NIT 06149999990017" in refused(
        "--certificate", str(foreign)
    )
    assert "no es un certificado de Hacienda" in refused("--certificate", str(text))
    monkeypatch.setenv("OCOTE_SECRET_KEY", new_secret())
    assert "OCOTE_SECRET_KEY no sirve para esta base de datos" in refused()


def test_an_empty_archive_is_sound(gateway: RunningGateway, run_here: Run) -> None:
    assert run_here("verify").out == (
        "Revisado: 1 empresa, 0 documentos, 0 textos firmados, 0 eventos, 0 series de números.\n" + SOUND
    )


@pytest.mark.parametrize("edition_of", ["01", "03", "05", "11", "14"])
def test_a_cent_in_any_amount_of_any_type_is_found(
    gateway_v2: RunningGateway, run: Run, monkeypatch: pytest.MonkeyPatch, edition_of: str
) -> None:
    for name, value in gateway_v2.environ().items():
        monkeypatch.setenv(name, value)
    issue_one_of(gateway_v2, edition_of, "uno")
    for column in ("taxable_cents", "vat_cents", "gross_cents", "withheld_cents", "payable_cents"):
        with damaged(gateway_v2.database_url, "document", {"external_ref": "uno"}, **{column: lambda cents: cents + 1}):
            ended = run("verify")
        assert ended.status == 1, column
        assert ended.out.splitlines()[-1] == "✗ 1 fallo."
    assert run("verify").status == 0


PAGES = {name: value for name, value in vars(verifying).items() if isinstance(value, Statement) and name != "_COUNTS"}
POSITION = {
    "company": 1,
    "after": "",
    "after_at": "2025-11-01",
    "after_id": "",
    "after_number": "DTE-01-M001P001-1",
    "after_year": 2025,
    "after_version": 0,
    "document": "",
    "before": 9,
    "most": 32,
}


def test_no_page_reads_an_archive_from_its_beginning(gateway: RunningGateway) -> None:
    """Each page of a walk costs as much in an archive of millions as in a small one."""
    gateway.post("/invoice", invoice("caja-1"))
    fill_archive(gateway.database_url, gateway.key, "caja-1", 5_000)
    is_postgres = gateway.database_url.startswith("postgresql:")
    assert len(PAGES) == 10
    for name, page in PAGES.items():
        values = {each: POSITION[each] for each in page.names}
        explain = "EXPLAIN" if is_postgres else "EXPLAIN QUERY PLAN"
        plan = rows_of(gateway.database_url, f"{explain} {page.sqlite}", **values)
        steps = [str(row["QUERY PLAN" if is_postgres else "detail"]) for row in plan]
        assert [step for step in steps if "Seq Scan on document" in step or "SCAN document" in step] == [], name


def test_numbers_that_documents_left_to_another_system_are_no_gaps(gateway: RunningGateway, run_here: Run) -> None:
    take_numbers(gateway, 1, 3)
    assert gateway.post("/invoice", invoice("caja-1"))["dte_success"] is True
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert gateway.post("/invoice", invoice("caja-2"))["rejected"] is True
    ended = run_here("verify")
    assert (ended.status, ended.out[-len(SOUND) :]) == (0, SOUND), ended
    [left] = rows_of(gateway.database_url, "SELECT count(*) AS n FROM superseded_version WHERE why = 'number'")
    assert left["n"] == 3
    change(gateway.database_url, "DELETE FROM superseded_version WHERE why = 'number' AND version = 2")
    torn = run_here("verify")
    assert torn.status == 1
    assert "serie 01 M001P001 20" in torn.out
    assert ": falta el número 2." in torn.out
    assert "versión 2: falta el texto firmado de esta versión" in torn.out
