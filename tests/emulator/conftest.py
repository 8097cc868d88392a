"""The running emulator and one company talking to it."""

import pytest

from ocote.emulator.server import RegisteredCompany, RunningEmulator
from tests.emulator.client import Client
from tests.emulator.documents.parts import Emission
from tests.emulator_fixture import company, mh, running_mh

__all__ = ["client", "company", "emission", "mh", "running_mh"]


@pytest.fixture
def client(mh: RunningEmulator, company: RegisteredCompany) -> Client:
    """The company's own software."""
    return Client(mh, company)


@pytest.fixture
def emission(company: RegisteredCompany) -> Emission:
    """The first document of the company, dated today."""
    return Emission(nit=company.nit, nrc=company.nrc)
