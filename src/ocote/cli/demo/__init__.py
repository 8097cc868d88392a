"""``ocote demo``: an emulated tax authority, the gateway and a client, all on this machine."""

import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import TypeVar

from msgspec import Struct
from rich.text import Text

from ocote.cli.console import out
from ocote.cli.demo.client import ApiClient
from ocote.cli.demo.company import DemoCompany, prepare, way_in
from ocote.cli.demo.later import LATER, let_time_pass
from ocote.cli.demo.order import DemoOrder
from ocote.cli.demo.orders import orders
from ocote.cli.demo.processes import Child, free_port, is_port_open, start
from ocote.cli.demo.report import (
    Cancellation,
    Result,
    cancellation_panel,
    curl_command,
    document_panel,
    show_panel,
    show_way_on,
)
from ocote.cli.failures import CommandFailed
from ocote.clock import local_date, system_clock
from ocote.tls import TlsFiles, loopback_certificate

_T = TypeVar("_T")

_EMULATOR_PORT = 8090
_GATEWAY_PORT = 8443
_START_S = 45.0
_WATCH_EVERY_S = 0.5
_FILES = {"ticket": "tique.pdf", "invoice": "carta.pdf", "json": "json"}


class _Stage(Struct, frozen=True):
    """The folder, company, TLS files and port that all processes of the demonstration use."""

    folder: Path
    company: DemoCompany
    tls: TlsFiles
    emulator_port: int


def run_demo(folder: Path, *, once: bool) -> int:
    """Starts the servers, issues one document of each type, cancels two of them and returns the exit status.

    With ``once`` the demonstration ends by itself, with 0 only if MH stamped everything; otherwise it runs until
    Ctrl-C. Its files stay in ``folder`` and the next run uses them. Raises CommandFailed when a process does not start.
    """
    # SIGINT is listed because a shell that starts a command in the background makes it ignore SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with ExitStack() as stack:
            return _demonstrate(folder, stack, once=once)
    except KeyboardInterrupt:
        out().print(f"\nLa demostración terminó. Lo emitido queda en {folder}/documentos.")
        return 130 if once else 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _demonstrate(folder: Path, stack: ExitStack, *, once: bool) -> int:
    console = out()
    folder.mkdir(parents=True, exist_ok=True)
    tls = _step("Certificado HTTPS para esta máquina", lambda: loopback_certificate(folder / "tls", system_clock()))
    company = _step("Empresa de prueba, certificado de Hacienda y clave de API", lambda: prepare(folder))
    stage = _Stage(folder, company, tls, free_port(_EMULATOR_PORT))
    emulator = _step(
        f"Emulador de Hacienda en http://127.0.0.1:{stage.emulator_port}", lambda: _start_emulator(stack, stage)
    )
    port = free_port(_GATEWAY_PORT)
    client = ApiClient(f"https://localhost:{port}", tls.authority, company.key)
    gateway = _step(f"Pasarela en {client.base}", lambda: _start_gateway(stack, stage, client, port))
    console.print()
    documents = folder / "documentos"
    documents.mkdir(exist_ok=True)
    placed = orders(system_clock())
    results = []
    for order in placed:
        results.append(_issue(client, order, documents))
        console.print(document_panel(results[-1]))
    cancellations = [
        _cancel(client, placed[1], documents, "Invalidación de la factura al cliente identificado"),
        _cancel_later(stage, placed[-1], documents),
    ]
    for cancellation in cancellations:
        console.print(cancellation_panel(cancellation))
    show_panel(console, f"{client.base}/panel/enter/{way_in(company)}")
    if once:
        is_done = all(result.stamped for result in results) and all(shown.stamped for shown in cancellations)
        return 0 if is_done else 1
    show_way_on(console, client.base, curl_command(client.base, tls.authority, company.key))
    while not (gateway.stopped() or emulator.stopped()):
        time.sleep(_WATCH_EVERY_S)
    raise CommandFailed(f"un proceso de la demostración terminó solo; vea {gateway.log} y {emulator.log}.")


def _step(title: str, work: Callable[[], _T]) -> _T:
    """Shows a spinner during one step of the preparation, then a line with the time taken."""
    console = out()
    began = time.monotonic()
    with console.status(title):
        result = work()
    console.print(Text.assemble(("✓", "green"), f" {title} ", (f"({time.monotonic() - began:.1f} s)", "dim")))
    return result


def _start_emulator(stack: ExitStack, stage: _Stage) -> Child:
    port, companies = stage.emulator_port, str(stage.company.file.resolve())
    arguments = ["emulator", "--port", str(port), "--companies", companies, "--folder", "hacienda"]
    child = stack.enter_context(start("emulador", arguments, stage.folder, {}))
    child.wait_until(lambda: is_port_open(port), _START_S)
    return child


def _start_gateway(stack: ExitStack, stage: _Stage, client: ApiClient, port: int) -> Child:
    arguments = ["serve", "--port", str(port)]
    arguments += ["--tls-cert", str(stage.tls.certificate.resolve()), "--tls-key", str(stage.tls.key.resolve())]
    environ = {
        **stage.company.environ,
        "OCOTE_MH_TEST_URL": f"http://127.0.0.1:{stage.emulator_port}",
        "OCOTE_BASE_URL": client.base,
    }
    child = stack.enter_context(start("pasarela", arguments, stage.folder, environ))
    child.wait_until(client.is_ready, _START_S)
    return child


def _issue(client: ApiClient, order: DemoOrder, folder: Path) -> Result:
    """Posts the order and saves every file whose address the answer contains."""
    answer = client.post(order.path, order.request)
    files: dict[str, Path] = {}
    for kind, ending in _FILES.items():
        if url := answer[f"{kind}_url"]:
            name = answer["control_number"] + (f".{ending}" if kind == "json" else f"-{ending}")
            files[kind] = folder / name
            files[kind].write_bytes(client.download(url))
    return Result(order.title, answer, files)


def _cancel(client: ApiClient, order: DemoOrder, folder: Path, title: str) -> Cancellation:
    """Cancels the document of an order and saves its letter, which now shows the cancellation."""
    answer = client.post(f"/invalidate/{order.reference}", {"note": "El cliente desistió de la compra"})
    ending = "anulado-por-nota" if answer["created_credit_memo"] else "invalidado"
    letter = folder / f"{answer['control_number']}-{ending}.pdf"
    letter.write_bytes(client.download(f"{client.base}/api/connect/file/{answer['document_id']}?type=invoice"))
    return Cancellation(title, answer, letter)


def _cancel_later(stage: _Stage, order: DemoOrder, documents: Path) -> Cancellation:
    """Cancels a CCF after its window: the gateway makes a credit note for the whole amount (contract 13.2).

    For this step the emulator and a second gateway over this database set their clocks two months ahead.
    """
    port = free_port(0)
    client = ApiClient(f"https://localhost:{port}", stage.tls.authority, stage.company.key)
    arguments = [str(port), str(stage.tls.certificate.resolve()), str(stage.tls.key.resolve())]
    environ = {**stage.company.environ, "OCOTE_MH_TEST_URL": f"http://127.0.0.1:{stage.emulator_port}"}
    let_time_pass(stage.emulator_port, LATER)
    try:
        with start("pasarela-despues", arguments, stage.folder, environ, module="ocote.cli.demo.later") as later:
            later.wait_until(client.is_ready, _START_S)
            day = local_date(system_clock() + LATER)
            title = f"{day:%d/%m/%Y} (reloj adelantado): crédito fiscal fuera de plazo"
            return _cancel(client, order, documents, title)
    finally:
        let_time_pass(stage.emulator_port, -LATER)
