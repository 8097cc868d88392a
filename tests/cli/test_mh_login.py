"""A user or password that MH refuses is seen before the first sale: by ``company add`` and by ``doctor``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ocote.companies import mh_login
from ocote.emulator.companies import Registry, load_companies
from ocote.emulator.server import RunningEmulator
from tests.builders.company import MH_PASSWORD, NAME, NIT, write_company
from tests.commands import Run

WRONG = "Olvidada#2026"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The company's file with the password that MH knows; its files are for their owner alone."""
    folder = tmp_path / "empresa"
    folder.mkdir()
    path = write_company(folder)
    for each in folder.glob("*"):
        each.chmod(0o600)
    return path


@pytest.fixture
def mh(file: Path) -> Iterator[RunningEmulator]:
    with RunningEmulator(Registry(load_companies(file))) as running:
        yield running


@pytest.fixture
def here(configured: str, run: Run, mh: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``ocote`` on a fresh database, with the emulator as MH."""
    assert configured
    monkeypatch.setenv("OCOTE_MH_TEST_URL", mh.url)
    return run


def change(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def logins(mh: RunningEmulator) -> int:
    return mh.control.counts().get("auth", 0)


def line_of(printed: str, words: str) -> str:
    """The row of doctor's table that has these words."""
    rows = printed.split("├")
    return next(" ".join(row.split()) for row in rows if words in " ".join(row.split()))


def test_a_right_password_is_accepted_and_the_company_is_ready(here: Run, mh: RunningEmulator, file: Path) -> None:
    added = here("company", "add", str(file))
    assert (added.status, added.err) == (0, "")
    assert "✓ Hacienda (pruebas) acepta el usuario y la contraseña." in added.out
    assert f"ocote key create --company {NIT}" in added.out
    assert logins(mh) == 1

    examined = here("doctor")
    assert "✓" in line_of(examined.out, "Acceso a Hacienda")
    assert logins(mh) == 2, "one login of each command"


def test_a_wrong_password_of_a_new_company_is_told_at_once_and_by_doctor(
    here: Run, mh: RunningEmulator, file: Path
) -> None:
    change(file, MH_PASSWORD, WRONG)
    added = here("company", "add", str(file))
    assert added.status == 1
    assert "✗ Hacienda (pruebas) no acepta el usuario" in added.err
    assert "«Usuario no valido»" in added.err, "MH's own words"
    assert "La empresa se guardó" in added.err
    assert WRONG not in added.err + added.out
    assert "está lista" not in added.out
    assert "Siguiente paso: corrija [mh]" in added.out

    examined = here("doctor")
    assert examined.status == 1
    row = line_of(examined.out, "Acceso a Hacienda")
    assert "✗" in row
    assert "«Usuario no valido»" in row
    assert "Corrija user y password en [mh]" in row
    assert logins(mh) == 2, "a wrong password is not tried again and again"

    change(file, WRONG, MH_PASSWORD)
    assert here("company", "add", str(file)).status == 0
    assert "✓" in line_of(here("doctor").out, "Acceso a Hacienda")


def test_a_wrong_password_never_replaces_the_one_with_which_a_company_sells(here: Run, file: Path) -> None:
    assert here("company", "add", str(file)).status == 0

    change(file, MH_PASSWORD, WRONG)
    renewed = here("company", "add", str(file))

    assert renewed.status == 1
    assert "No se guardó nada" in renewed.err
    assert renewed.out == ""
    assert "✓" in line_of(here("doctor").out, "Acceso a Hacienda")


def test_the_rest_of_a_company_is_renewed_although_mh_refuses_the_password_that_it_has(here: Run, file: Path) -> None:
    change(file, MH_PASSWORD, WRONG)
    assert here("company", "add", str(file), "--offline").status == 0
    change(file, NAME, "Nombre Nuevo, S.A. de C.V.")

    assert here("company", "add", str(file)).status == 1

    assert "Nombre Nuevo" in here("company", "list").out


def test_offline_asks_nobody(here: Run, mh: RunningEmulator, file: Path) -> None:
    change(file, MH_PASSWORD, WRONG)
    added = here("company", "add", str(file), "--offline")
    assert (added.status, added.err) == (0, "")
    assert "está lista" in added.out

    examined = here("doctor", "--offline")
    assert "Hacienda, pruebas" not in examined.out
    assert "Acceso a Hacienda" not in examined.out
    assert mh.control.transmissions() == []


def test_an_mh_that_does_not_answer_leaves_the_password_untried(here: Run, mh: RunningEmulator, file: Path) -> None:
    mh.control.fault("status", "auth", count=None)
    added = here("company", "add", str(file))
    assert added.status == 0
    assert "! El usuario y la contraseña quedan sin probar: Hacienda (pruebas) no contestó (responde HTTP 503" in (
        added.err
    )
    assert "está lista" in added.out

    row = line_of(here("doctor").out, "Acceso a Hacienda")
    assert "✗" in row
    assert "La falla es de Hacienda" in row


def test_an_mh_out_of_reach_is_told_once_and_no_login_is_tried(
    here: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_MH_TEST_URL", "http://127.0.0.1:9")
    added = here("company", "add", str(file))
    assert added.status == 0
    assert "no contestó (nada atiende en ese puerto)" in added.err

    examined = here("doctor")
    assert examined.status == 1
    assert "✗" in line_of(examined.out, "Hacienda, pruebas")
    assert "Acceso a Hacienda" not in examined.out


def test_a_fault_of_the_file_costs_no_login(here: Run, mh: RunningEmulator, file: Path) -> None:
    (file.parent / f"{NIT}.crt").write_bytes(b"<not a certificate>")

    assert here("company", "add", str(file)).status == 1

    assert logins(mh) == 0


def test_a_company_that_is_switched_off_is_not_logged_in(here: Run, mh: RunningEmulator, file: Path) -> None:
    change(file, MH_PASSWORD, WRONG)
    assert here("company", "add", str(file), "--offline").status == 0
    assert here("company", "disable", NIT).status == 0

    assert "Acceso a Hacienda" not in here("doctor").out
    assert logins(mh) == 0


def test_a_company_for_which_no_time_is_left_is_said_to_be_untried(
    here: Run, mh: RunningEmulator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here("company", "add", str(file), "--offline").status == 0
    monkeypatch.setattr(mh_login, "ALL_WITHIN_S", 0.0)

    row = line_of(here("doctor").out, "Acceso a Hacienda")

    assert "!" in row
    assert "sin probar" in row
    assert logins(mh) == 0
