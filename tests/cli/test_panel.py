"""``ocote panel invite``: one link alone on standard output."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.builders.people import EMAIL, add_person
from tests.cli.conftest import NIT
from tests.commands import Run
from tests.outbox.mail_server import open_mail_server

LINK = re.compile(r"https://facturas\.example\.com/panel/invitation/[\w-]{43}\n")


@pytest.fixture(autouse=True)
def _base(configured: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCOTE_BASE_URL", "https://facturas.example.com")


def test_the_first_operator_is_invited_by_a_link_alone_on_the_output(run: Run) -> None:
    ended = run("panel", "invite")
    assert (ended.status, ended.err) == (0, "")
    assert LINK.fullmatch(ended.out)
    assert run("panel", "invite").out != ended.out


def test_somebody_is_invited_into_a_company(run: Run, company_file: Path) -> None:
    run("company", "add", str(company_file))
    for options in (
        (),
        ("--role", "accountant", "--email", "conta@example.com"),
        ("--role", "cashier", "--pos", "M001P001"),
    ):
        ended = run("panel", "invite", "--company", NIT, *options)
        assert LINK.fullmatch(ended.out), ended.err


def test_an_invitation_into_a_company_is_mailed_as_well_and_the_link_stays_alone(
    run: Run, company_file: Path, configured: str
) -> None:
    with open_mail_server() as server:
        company_file.write_text(company_file.read_text("utf-8") + "\n" + server.company, "utf-8")
        run("company", "add", str(company_file))
        ended = run("panel", "invite", "--company", NIT, "--email", "conta@example.com", "--mail")
        assert LINK.fullmatch(ended.out), ended.err
        assert "El servidor de correo recibió la invitación para conta@example.com." in ended.err
        [mail] = server.mails
        text = mail.get_body(("plain",))
        assert text is not None
        assert ended.out.strip() in text.get_content()
        server.recipients["conta@example.com"] = "550 5.1.1 no such user"
        ended = run("panel", "invite", "--company", NIT, "--email", "conta@example.com", "--mail")
    assert LINK.fullmatch(ended.out), ended.err
    assert "no salió: 550 5.1.1 no such user" in ended.err


def test_without_an_address_the_link_is_a_guess_that_standard_error_explains(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OCOTE_BASE_URL")
    guessed = run("panel", "invite")
    assert re.fullmatch(r"https://\S+:8443/panel/invitation/[\w-]{43}\n", guessed.out)
    assert "Sin OCOTE_BASE_URL el enlace supone" in guessed.err
    monkeypatch.setenv("OCOTE_ALLOW_HTTP", "on")
    assert run("panel", "invite").out.startswith("http://127.0.0.1:8000/panel/invitation/")
    said = run("panel", "invite", "--url", "https://otra.example.com/")
    assert said.out.startswith("https://otra.example.com/panel/invitation/")
    assert said.err == ""


@pytest.mark.parametrize(
    ("options", "said", "status"),
    [
        (("--role", "owner"), "indique --company", 2),
        (("--company", NIT, "--pos", "M001P001"), "indique --role cashier", 2),
        (("--mail", "--email", "a@example.com"), "indique --company y --email", 2),
        (("--company", NIT, "--mail"), "indique --company y --email", 2),
        (("--company", NIT), "No hay ninguna empresa con NIT", 1),
    ],
)
def test_an_invitation_to_nothing_is_refused(run: Run, options: tuple[str, ...], said: str, status: int) -> None:
    ended = run("panel", "invite", *options)
    assert (ended.status, ended.out) == (status, "")
    assert said in ended.err


def test_a_point_of_sale_that_the_company_does_not_have_is_refused(run: Run, company_file: Path) -> None:
    run("company", "add", str(company_file))
    ended = run("panel", "invite", "--company", NIT, "--role", "cashier", "--pos", "M009P001")
    assert ended.status == 1
    assert "no tiene el punto de venta M009P001" in ended.err


def test_a_password_is_reset_for_somebody_who_is_there(run: Run, configured: str) -> None:
    asyncio.run(add_person(configured, role=None))
    assert LINK.fullmatch(run("panel", "reset", "--email", EMAIL).out)
    unknown = run("panel", "reset", "--email", "nadie@example.com")
    assert (unknown.status, unknown.out) == (1, "")
    assert unknown.err == "Error: No hay ninguna persona con el correo nadie@example.com.\n"
