"""``ocote contingency`` as the operator runs it during an outage and after it."""

import asyncio

import pytest

from ocote.dte.sale import Contingency
from ocote.store.contingency.overview import overview
from tests.builders.bodies import invoice
from tests.builders.company import BY
from tests.commands import Run
from tests.e2e.outage import (
    assert_delivered_as_mh_has_it,
    contingencies,
    mh_comes_back,
    mh_goes_away,
    named,
    reports,
    sells,
    status_of,
)
from tests.e2e.worker import a_worker, work_is_done
from tests.running_gateway import RunningGateway

HEAD = "identificacion"
REASON = "Corte en la red del proveedor de alojamiento"


def test_an_outage_with_one_document_is_told_in_the_singular_and_shown_on_a_narrow_terminal(
    gateway: RunningGateway, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    mh_goes_away(gateway)
    number = gateway.post("/invoice", invoice("una-referencia-larga-31"))["control_number"]
    [found] = contingencies(gateway)
    shown = run_here("contingency", "show", found.id[:8]).out.splitlines()
    for text in ("Documento ", number, "una-referencia-larga-31"):
        assert any(text in line for line in shown), shown
    assert max(map(len, shown)) <= 80
    mh_comes_back(gateway)
    ended = run_here("contingency", "file", found.id[:8])
    assert "La contingencia terminó: su documento tiene respuesta de Hacienda." in ended.out


def test_an_outage_is_shown_its_cause_corrected_and_its_event_filed_by_hand(
    gateway: RunningGateway, run_here: Run
) -> None:
    def ocote(*arguments: str, status: int = 0) -> str:
        """What ``ocote contingency ARGUMENTS`` says; it has to end with this status."""
        ended = run_here("contingency", *arguments)
        assert ended.status == status, ended
        return ended.out if status == 0 else ended.err

    assert ocote("list") == "No hay contingencias en curso. Las terminadas: --all\n"
    mh_goes_away(gateway)
    for number in range(2):
        gateway.post("/invoice", invoice(f"caja-{number}"))
    [found] = contingencies(gateway)
    short = found.id[:8]
    listed = ocote("list")
    for text in (
        short, "Café de Prueba", "pruebas", "Hacienda no disponible", "sigue", "2 en espera", "abierta",
        "sin plazo todavía",
    ):  # fmt: skip
        assert text in listed, listed

    assert "de 5 a 150 caracteres" in ocote("set", short, "--kind", "5", status=1)
    for unreadable in ("Falla\nen la red", "Falla \u202een la red", "\u3164" * 5):
        assert "se firma y se imprime" in ocote("set", short, "--kind", "5", "--reason", unreadable, status=1)
    corrected = ocote("set", short, "--kind", "5", "--reason", REASON)
    assert corrected == f"La causa es ahora 5, {REASON}; 2 documentos se firmaron de nuevo.\n"
    gateway.post("/invoice", invoice("caja-2"))
    for number in range(3):
        said = status_of(gateway, f"caja-{number}", "?include_dte=1")["schema"][HEAD]
        assert (said["tipoContingencia"], said["motivoContin"]) == (5, REASON)

    mh_comes_back(gateway)
    gateway.emulator.control.fault("reject", "contingency", text="[emisor.nombreResponsable] VALOR NO VALIDO")
    filed = ocote("file", short)
    assert "→ presentando el evento" in filed
    assert f"ocote contingency show {short}" in filed
    shown = ocote("show", short)
    assert "Hacienda rechazó el evento" in ocote("list")
    for text in ("rechazado", "[emisor.nombreResponsable] VALOR NO VALIDO", "evento hasta", "por reportar", "caja-2"):
        assert text in shown, shown

    assert "La contingencia terminó: sus 3 documentos" in ocote("retry", short)
    [report] = reports(gateway)
    assert (report["motivo"]["tipoContingencia"], report["motivo"]["motivoContingencia"]) == (5, REASON)
    assert len(named(report)) == 3
    for number in range(3):
        assert_delivered_as_mh_has_it(gateway, f"caja-{number}")

    assert "ya no se puede corregir" in ocote("set", short, "--kind", "1", status=1)
    assert "ya terminó" in ocote("file", short, status=1)
    assert "terminada" in ocote("list", "--all")
    assert "No hay ninguna contingencia zzzz" in ocote("show", "zzzz", status=1)


async def test_documents_that_join_while_the_cause_is_corrected_declare_the_new_one(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    await asyncio.to_thread(sells, gateway, 8)
    async with a_worker(gateway) as worker:
        [found] = await worker.store.read(overview)
        joining = [asyncio.to_thread(gateway.post, "/invoice", invoice(f"late-{number}")) for number in range(12)]
        await asyncio.gather(worker.contingencies.correct_cause(found.id, Contingency(4), BY), *joining)
        [found] = await worker.store.read(overview)
        assert (found.kind, found.waiting) == (4, 20)
        mh_comes_back(gateway)
        await work_is_done(gateway, worker)
    [report] = reports(gateway)
    assert (report["motivo"]["tipoContingencia"], len(named(report))) == (4, 20)
    kinds = {document["contingency_kind"] for document in gateway.emulator.control.documents()}
    assert (len(gateway.emulator.control.documents()), kinds) == (20, {4})


def test_a_password_that_mh_refuses_is_our_own_cause_until_the_company_file_is_corrected(
    gateway: RunningGateway, run_here: Run
) -> None:
    right = gateway.folder / "empresa.toml"
    wrong = gateway.folder / "clave-equivocada.toml"
    wrong.write_text(right.read_text(encoding="utf-8").replace("Clave#2026", "Olvidada#2026"), encoding="utf-8")
    assert run_here("company", "add", str(wrong), "--offline").status == 0
    assert gateway.post("/invoice", invoice("caja-0"))["contingency"] is True
    assert "sistema propio no disponible" in run_here("contingency", "list").out

    async def work() -> None:
        async with a_worker(gateway) as worker:
            await work_is_done(gateway, worker, 2)
            assert reports(gateway) == []
            await asyncio.to_thread(run_here, "company", "add", str(right))
            await work_is_done(gateway, worker)

    asyncio.run(work())
    assert [report["motivo"]["tipoContingencia"] for report in reports(gateway)] == [2]
    assert_delivered_as_mh_has_it(gateway, "caja-0")
