"""The demonstration as a person runs it: real processes, real sockets, HTTPS."""

import fcntl
import json
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, HTTPSHandler, Request, build_opener, urlopen

import pytest

STAMP = re.compile(r"Sello +(2026|20[2-9][0-9])[0-9A-Z]{36}")


def demo(folder: Path, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "ocote.cli", "demo", "--folder", str(folder), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@contextmanager
def staying_up(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The demonstration until its last line, and everything it has said."""
    process = demo(folder)
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if line.startswith("Termine con Ctrl-C"):
                break
        yield process, said
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module", autouse=True)
def _one_at_a_time() -> Iterator[None]:
    """Demonstrations prefer fixed ports, so those of two test processes take turns."""
    with (Path(tempfile.gettempdir()) / "ocote-demo-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def first_run(_one_at_a_time: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a first run and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    process = demo(folder, "--once")
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return folder, said


@pytest.fixture(scope="module")
def second_run(
    first_run: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, "subprocess.Popen[str]", str]]:
    """The folder of a run that goes on where the first one ended and stays up, its process, and what it said."""
    folder = tmp_path_factory.mktemp("demo") / "again"
    shutil.copytree(first_run[0], folder)
    with staying_up(folder) as (process, said):
        yield folder, process, said


def test_once_issues_one_of_each_kind_cancels_two_and_saves_their_files(first_run: tuple[Path, str]) -> None:
    folder, said = first_run
    assert len(STAMP.findall(said)) == 15, "thirteen documents, an event, and a note in place of another"
    # 2 × 5.65 + 3 × 1.25 = 15.05; 79.10 less 10 % = 71.19; 113.00 + 2 × 28.25 = 169.50, of which 1 % of 150.00 stays;
    # 28.25 come back, 1 % of 25.00 with them; 5 × 210.00 + 120.00 + 18.20; 100.00 + 4 × 3.50, less 10 % of 100.00.
    # 50 × 3.84 less 0.30 a gallon = 177.00; 5 % of 100.00; 56.50 and 5.00; 85.00 and 2 × 2.26; 617.28 + 75.00 less
    # 69.23 = 623.05, and 1 % of it.
    for amounts in (
        "gravado $13.32 + IVA $1.73 = total $15.05",
        "gravado $63.00 + IVA $8.19 = total $71.19",
        "gravado $150.00 + IVA $19.50 = total $169.50",
        "$168.00, pues el cliente retiene $1.50",
        "gravado $25.00 + IVA $3.25 = total $28.25",
        "$28.00, pues el cliente había retenido $0.25",
        "total $1,188.20",
        "$104.00, pues se retiene $10.00",
        "gravado $156.64 + IVA $20.36 + otros tributos $15.00 = total $192.00",
        "gravado $110.00 + IVA $14.30 + otros tributos $5.00 = total $129.30",
        "$61.50, pues hay cargos de $5.00",
        "gravado $4.00 + IVA $0.52 + exento $85.00 = total $89.52",
        "gravado $623.05 + IVA $81.00 = total $704.05",
        "$710.28, pues se percibe $6.23",
        "gravado $1,149.56 + IVA $149.44 = total $1,299.00",
        "gravado $70.00 + IVA $9.10 = total $79.10",
    ):
        assert amounts in said
    assert re.search(r"Ajusta +DTE-03-M001P001-000000000000001", said)
    # Two months on it may be another year, whose numbers begin anew.
    assert re.search(r"Nota +DTE-05-M001P001-00000000000000[12]", said)
    saved = {path.name: path.read_bytes() for path in (folder / "documentos").iterdir()}
    assert sorted(saved) == sorted(
        [
            *(f"DTE-01-M001P001-00000000000000{n}-{file}" for n in "1234567" for file in ("carta.pdf", "tique.pdf")),
            *(f"DTE-{number}-carta.pdf" for number in _LETTERS),
            *(f"DTE-01-M001P001-00000000000000{n}.json" for n in "1234567"),
            *(f"DTE-{number}.json" for number in _LETTERS),
            "DTE-01-M001P001-000000000000002-invalidado.pdf",
            "DTE-03-M001P001-000000000000003-anulado-por-nota.pdf",
        ]
    )
    assert all(content.startswith(b"%PDF") for name, content in saved.items() if name.endswith(".pdf"))
    delivered = json.loads(saved["DTE-03-M001P001-000000000000001.json"])
    assert delivered["identificacion"]["ambiente"] == "00"
    assert delivered["selloRecibido"] in said


_LETTERS = (
    "03-M001P001-000000000000001",
    "03-M001P001-000000000000002",
    "03-M001P001-000000000000003",
    "05-M001P001-000000000000001",
    "11-M001P001-000000000000001",
    "14-M001P001-000000000000001",
)


def test_the_next_run_goes_on_where_the_last_one_ended(
    first_run: tuple[Path, str], second_run: tuple[Path, "subprocess.Popen[str]", str]
) -> None:
    folder, _, said = second_run
    assert "DTE-01-M001P001-000000000000008" in said
    assert "DTE-14-M001P001-000000000000002" in said
    for kept in ("clave-api.txt", "tls/ca.pem"):
        assert (folder / kept).read_bytes() == (first_run[0] / kept).read_bytes()


@pytest.mark.parametrize(
    ("name", "command", "reference"),
    [
        ("factura.sh", ("bash", "factura.sh"), "CURL-1001"),
        ("factura.py", (sys.executable, "factura.py"), "PYTHON-1001"),
        ("factura.mjs", ("node", "factura.mjs"), "JAVASCRIPT-1001"),
        ("factura.php", ("php", "factura.php"), "PHP-1001"),
    ],
)
def test_each_client_of_the_first_steps_issues_a_document_once_and_saves_its_ticket(
    second_run: tuple[Path, "subprocess.Popen[str]", str],
    tmp_path: Path,
    name: str,
    command: tuple[str, ...],
    reference: str,
) -> None:
    needed = "curl" if name == "factura.sh" else command[0]
    if shutil.which(needed) is None:
        pytest.skip(f"{needed} is not installed: tools/programs")
    folder, _, said = second_run
    (tmp_path / "demo").symlink_to(folder)
    (tmp_path / name).write_text(program_of_the_page(name), encoding="utf-8")
    [url] = re.findall(r"Pasarela en (https://localhost:[0-9]+)", said)
    environ = {"PATH": os.environ["PATH"], "OCOTE_URL": url, "NODE_EXTRA_CA_CERTS": "demo/tls/ca.pem"}
    told = [
        subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True, timeout=100
        ).stdout
        for _ in range(2)
    ]
    number = re.search(r"DTE-01-M001P001-[0-9]{15}", told[0])
    assert number is not None, told
    assert number[0] in told[1], "the second run is answered with the document of the first"
    if name == "factura.sh":
        assert [json.loads(each)["is_duplicate"] for each in told] == [False, True]
    else:
        assert told[0].startswith("Sellado ")
        assert (tmp_path / f"{reference}.pdf").read_bytes().startswith(b"%PDF")


def program_of_the_page(name: str) -> str:
    """A program of the first steps in Spanish, which stands there in a block of code that begins with its name."""
    [page] = (Path(__file__).parents[2] / "docs" / "es").glob("inicio*")
    blocks = re.findall(r"^```[a-z]+\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    [program] = [block for block in blocks if name in block.split("\n\n")[0].partition("$url")[0][:60]]
    return str(program)


class _Staying(HTTPRedirectHandler):
    """Follows no redirection."""

    def redirect_request(self, *_: object) -> None:
        """Leads to no other page."""


def test_the_printed_link_lets_the_owner_into_the_panel_once(
    second_run: tuple[Path, "subprocess.Popen[str]", str],
) -> None:
    folder, _, said = second_run
    [link] = re.findall(r"una vez: (https://localhost:[0-9]+/panel/enter/\S+)", said)
    trust = ssl.create_default_context(cafile=str(folder / "tls" / "ca.pem"))
    browser = build_opener(HTTPSHandler(context=trust), HTTPCookieProcessor(), _Staying())
    with pytest.raises(HTTPError, match="303"):
        browser.open(link)
    account = f"{link.partition('/panel/')[0]}/panel/account"
    with browser.open(account) as page:
        assert "Propietaria de Demostración" in page.read().decode()
    with pytest.raises(HTTPError, match="404"):
        build_opener(HTTPSHandler(context=trust)).open(link)


def test_the_printed_line_issues_a_document_and_ctrl_c_ends_everything(
    second_run: tuple[Path, "subprocess.Popen[str]", str],
) -> None:
    folder, process, said = second_run
    [line] = [line for line in said.splitlines() if line.startswith("curl ")]
    words = shlex.split(line)
    options = dict(zip(words[1:-1:2], words[2:-1:2], strict=True))
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    request = Request(words[-1], data=options["-d"].encode(), headers=headers)
    with urlopen(request, context=ssl.create_default_context(cafile=options["--cacert"])) as answer:
        issued = json.loads(answer.read())
    assert issued["dte_success"] is True
    assert issued["amount_gross"] == 1.50
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    rest = process.stdout.read()
    assert process.wait(30) == 0
    assert "La demostración terminó" in rest
    for log in ("emulador.log", "pasarela.log"):
        assert "Traceback" not in (folder / log).read_text(encoding="utf-8")


def test_secrets_are_readable_by_their_owner_alone(first_run: tuple[Path, str]) -> None:
    for name in ("clave-api.txt", "clave-secreta.txt", "06140101260017.crt", "tls/server-key.pem"):
        assert (first_run[0] / name).stat().st_mode & 0o077 == 0, name
