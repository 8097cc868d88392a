"""An emulator that knows one company from its start, as after a restart from its folder."""

from pathlib import Path

from ocote.emulator.certificate import public_key_of
from ocote.emulator.clock import MovableClock
from ocote.emulator.companies import Company
from ocote.emulator.server import RegisteredCompany, RunningEmulator
from tests.emulator_fixture import NOON, shared_certificate
from tests.ports import free_port


def _company() -> Company:
    key = public_key_of(shared_certificate())
    return Company("06149999990017", "1234567", "Emisor de Prueba", "00", "06149999990017", "Clave#1", key)


def its_secrets() -> RegisteredCompany:
    """What the company needs to log in and to sign."""
    return RegisteredCompany(
        nit="06149999990017",
        nrc="1234567",
        name="Emisor de Prueba",
        environment="00",
        user="06149999990017",
        password="Clave#1",
        certificate=shared_certificate(),
        certificate_password="Prueba#2026",
    )


def emulator_of_one_company(folder: Path | None) -> RunningEmulator:
    """An emulator that keeps its books in the folder, or keeps none without a folder."""
    return RunningEmulator([_company()], folder=folder, clock=MovableClock(NOON), port=free_port())
