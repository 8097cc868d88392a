import re
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ocote.cli.failures import explanation
from ocote.cli.root import ocote_commands
from ocote.clock import system_clock
from ocote.tls import loopback_certificate
from tests.cli.conftest import NIT
from tests.commands import Run, commands_in
from tests.ports import free_port


def test_a_database_that_was_never_migrated_is_told_with_its_remedy(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", f"sqlite:///{tmp_path / 'nueva.sqlite3'}")
    ended = run("company", "list")
    assert ended.status == 1
    assert ended.err == (
        f"Error: No existe la base de datos {tmp_path / 'nueva.sqlite3'}. Revise OCOTE_DATABASE_URL; si la instalación "
        "es nueva, ejecute «ocote migrate».\n"
    )
    assert not (tmp_path / "nueva.sqlite3").exists(), "what was mistyped is not made"


def test_a_database_without_tables_is_told_with_its_remedy(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "vacia.sqlite3").touch()
    monkeypatch.setenv("OCOTE_DATABASE_URL", f"sqlite:///{tmp_path / 'vacia.sqlite3'}")
    assert run("company", "list").err == "Error: La base de datos no tiene tablas. Ejecute «ocote migrate».\n"


def test_migrate_makes_the_database_usable_and_may_be_repeated(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OCOTE_DATA_DIR", str(tmp_path / "datos"))
    assert run("migrate").status == 0
    assert run("migrate").out == "La base de datos está al día.\n"
    assert (tmp_path / "datos" / "ocote.sqlite3").is_file()
    assert run("company", "list").status == 0


def test_a_database_that_cannot_be_opened_is_told_without_a_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "carpeta").mkdir()
    monkeypatch.setenv("OCOTE_DATABASE_URL", f"sqlite:///{tmp_path / 'carpeta'}")
    ended = run("company", "list")
    assert ended.status == 1
    assert ended.err.startswith("Error: No se puede usar la base de datos: ")
    assert ended.err.count("\n") == 1


def test_a_setting_that_cannot_be_understood_ends_with_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCOTE_MH_TIMEOUT", "pronto")
    ended = run("company", "list")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("Error: OCOTE_MH_TIMEOUT: ")
    assert ended.err.count("\n") == 1


def test_secret_prints_a_new_secret_alone(run: Run) -> None:
    first, second = run("secret"), run("secret")
    assert first.status == 0
    assert len(first.out.strip()) >= 32
    assert first.out != second.out


def _interrupted() -> str:
    raise KeyboardInterrupt


def _broken_off() -> str:
    raise EOFError("the end of a stream")


def test_control_c_ends_a_command_with_status_130_and_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocote.vault.new_secret", _interrupted)
    ended = run("secret")
    assert (ended.status, ended.out, ended.err.strip()) == (130, "", "")


def test_the_end_of_a_stream_is_a_fault_of_the_program_and_no_control_c(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ocote.vault.new_secret", _broken_off)
    with pytest.raises(click.Abort) as raised:
        run("secret")
    assert isinstance(raised.value.__cause__, EOFError)


def test_an_unknown_command_ends_with_status_two(run: Run) -> None:
    assert run("fabricar").status == 2


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("fabricar", "No existe el comando 'fabricar'."),
        ("emial list", "¿Quiso decir 'email'?"),
        ("export", "Falta '--company'."),
        ("company add", "Falta 'ARCHIVO'."),
        ("company add nada.toml", "'ARCHIVO': no existe 'nada.toml'."),
        ("email list --limit 0", "'--limit': 0 está fuera de lo admitido, 1<=x<=1000."),
        ("email list --limit 2000", "'--limit': 2000 está fuera de lo admitido, 1<=x<=1000."),
        ("email list --limit x", "'--limit': 'x' no es un número entero."),
        ("email list --environment 02", "'--environment': '02' no vale; use '00', '01'."),
        ("email list --limit", "A '--limit' le falta su valor."),
        ("email list --unsent=1", "'--unsent' no lleva valor."),
        ("email list algo", "Sobra «algo»."),
        ("email list --limt 3", "No existe la opción '--limt'. ¿Quiso decir '--limit'?"),
        ("customer clear 1", "Falta 'DATO...'. Elija entre:"),
        ("customer clear 1 nombre", "'DATO...': 'nombre' no vale; use 'nit', 'dui', "),
        ("export --from ayer --company 1", "'--from': «ayer» no se entiende; escríbalo como 2026-06-01."),
    ],
)
def test_a_wrong_call_is_told_in_spanish(run: Run, call: str, said: str) -> None:
    ended = run(*call.split())
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.splitlines()[-1].startswith("Ayuda: ")


def test_a_file_that_may_not_be_read_is_told_in_spanish(
    run: Run, company_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    ended = run("company", "add", "empresa.toml")
    assert (ended.status, ended.err.splitlines()[0]) == (
        2,
        "Error: 'ARCHIVO': no hay permiso para leer 'empresa.toml'.",
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory", "libros/a.csv"), "no existe."),
        (PermissionError(13, "Permission denied", "libros/a.csv"), "no hay permiso."),
        (OSError(5, "Input/output error", "libros/a.csv"), "Input/output error."),
    ],
)
def test_what_the_system_says_of_a_file_is_told_in_spanish_where_it_is_known(error: OSError, said: str) -> None:
    assert explanation(error) == f"No se puede usar libros/a.csv: {said}"


def test_a_command_that_does_nothing_alone_shows_its_help(run: Run) -> None:
    ended = run("email")
    assert ended.status == 2
    assert ended.err.startswith("Uso: ocote email")
    assert "Muestra los correos" in ended.err


def test_every_page_of_the_help_is_in_spanish(run: Run) -> None:
    pages: dict[tuple[str, ...], str] = {(): run("--help").out}
    for command in commands_in(pages[()]):
        pages[command,] = run(command, "--help").out
        for one in commands_in(pages[command,]):
            pages[command, one] = run(command, one, "--help").out
    assert len(pages) > 30
    for page in pages.values():
        assert page.startswith("Uso: ocote")
        assert not re.search(r"Usage|OPTIONS|Options|COMMAND|Commands|[Aa]rguments|Show this|required|default", page)
        assert not re.search(r"\b(?:TEXT|INTEGER|RANGE|FILE|DIRECTORY|PATH)\b", page), (
            "the names of values are Spanish too"
        )


def test_an_argument_that_may_be_left_out_stands_in_brackets() -> None:
    def arguments(command: click.Command) -> list[click.Argument]:
        if isinstance(command, click.Group):
            return [one for each in command.commands.values() for one in arguments(each)]
        return [one for one in command.params if isinstance(one, click.Argument)]

    found = {one.metavar or "": one.required for one in arguments(ocote_commands)}
    assert {"[ARCHIVO]", "[WEBHOOK]", "[DÍA]"} <= set(found)
    assert {name for name, required in found.items() if name.startswith("[") == required} == set()


def test_no_line_of_a_list_of_commands_is_cut_off(run: Run) -> None:
    overview = run("--help").out
    pages = [overview, *(run(command, "--help").out for command in commands_in(overview))]
    lines = [line for page in pages for line in page.splitlines() if line.startswith("  ")]
    assert len(lines) > 80
    assert [line for line in lines if line.endswith("...")] == []


def test_help_does_not_load_what_only_the_commands_need() -> None:
    heavy = ("aiohttp", "alembic", "asyncpg", "cryptography", "fastapi", "sqlalchemy", "typst", "uvicorn")
    script = (
        "import sys; sys.argv = ['ocote', '--help']\n"
        "from ocote.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"sys.exit(', '.join(name for name in {heavy!r} if name in sys.modules) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "company" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        ((), {}, "Sin HTTPS nadie podría usar la API"),
        (("--tls-cert", "cert.pem"), {}, "--tls-cert y --tls-key van juntos"),
        (("--tls-cert", "cert.pem", "--tls-key", "key.pem"), {}, "No existe el archivo cert.pem"),
        (("--host", "192.0.2.1"), {"OCOTE_ALLOW_HTTP": "on"}, "OCOTE_ALLOW_HTTP=on es solo para esta máquina"),
        (("--workers", "2"), {"OCOTE_ALLOW_HTTP": "on"}, "OCOTE_RATE_LIMIT_URL=redis://"),
        (
            ("--workers", "2"),
            {"OCOTE_ALLOW_HTTP": "on", "OCOTE_RATE_LIMIT_URL": "redis://localhost:puerto"},
            "OCOTE_RATE_LIMIT_URL: este almacén no se puede usar",
        ),
    ],
)
def test_serve_refuses_to_start_where_it_could_not_work(
    run: Run,
    configured: str,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    environ: dict[str, str],
    said: str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    ended = run("serve", *arguments)
    assert ended.status == 1
    assert said in ended.err


def test_serve_says_that_the_port_of_the_metrics_is_taken(
    run: Run, configured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_ALLOW_HTTP", "on")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("OCOTE_METRICS_PORT", str(taken.getsockname()[1]))
        ended = run("serve", "--port", str(free_port()))
    assert ended.status == 1
    assert ended.err.startswith("Error: OCOTE_METRICS_PORT: no se puede atender el puerto")


@pytest.mark.parametrize("command", ["serve", "emulator"])
def test_a_port_that_is_taken_is_told_before_anything_begins(
    run: Run, configured: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("OCOTE_ALLOW_HTTP", "on")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(command, "--port", str(port))
    assert ended.status == 1
    assert ended.err == (
        f"Error: No se puede atender en 127.0.0.1, puerto {port}: ese puerto ya lo ocupa otro proceso. Detenga el otro "
        "proceso o dé otro --port.\n"
    )


@pytest.mark.parametrize(
    ("spoiled", "content", "said"),
    [
        ("empresa.toml", "# Café".encode("latin-1"), "no está en UTF-8"),
        (f"{NIT}.crt", b"", "certificate"),
    ],
)
def test_the_emulator_says_in_one_line_why_a_company_cannot_be_used(
    run: Run, company_file: Path, spoiled: str, content: bytes, said: str
) -> None:
    (company_file.parent / spoiled).write_bytes(content)
    ended = run("emulator", "--companies", "empresa.toml", "--port", str(free_port()))
    assert ended.status == 1
    assert said in ended.err.splitlines()[-1]
    assert ended.err.count("\n") == 2  # the line before is the emulator's greeting


@pytest.mark.parametrize("key", ["key", "authority"])  # of another certificate; no key at all
def test_serve_refuses_a_certificate_without_its_key(run: Run, configured: str, tmp_path: Path, key: str) -> None:
    files = loopback_certificate(tmp_path / "tls", system_clock())
    ended = run("serve", "--tls-cert", str(files.authority), "--tls-key", str(getattr(files, key)))
    assert ended.status == 1
    assert "la llave privada de ese mismo certificado" in ended.err
    assert ended.err.count("\n") == 1


def test_serve_without_a_secret_says_how_to_make_one(
    run: Run, configured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OCOTE_SECRET_KEY")
    monkeypatch.setenv("OCOTE_ALLOW_HTTP", "on")
    ended = run("serve")
    assert ended.status == 1
    assert "ocote secret" in ended.err


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_process_that_stays_up_first_looks_whether_it_can(
    run: Run, configured: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("OCOTE_ALLOW_HTTP", "on")
    monkeypatch.setenv("OCOTE_DATABASE_URL", f"sqlite:///{tmp_path / 'nueva.sqlite3'}")
    ended = run(command)
    assert ended.status == 1
    assert "ocote migrate" in ended.err
