"""A gateway and an MH that both remember: what they hold can be put away and opened again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from ocote.emulator.companies import Registry, load_companies
from ocote.emulator.server import RunningEmulator
from ocote.parts import USUAL, Tuning
from ocote.settings import Settings
from tests.e2e.worker import AT_ONCE
from tests.ports import free_port
from tests.running_gateway import MovableClock, RunningGateway, serving

COMPANY_FILE: Final = "empresa.toml"


@contextmanager
def reopened_gateway(
    database_url: str, folder: Path, *, secret: str, key: str, now: datetime, journal_dir: Path | None = None
) -> Iterator[RunningGateway]:
    """A gateway at a moment of its own, over a database that has its company already.

    The folder holds the company's file and certificate, and under ``mh`` the books of MH.
    """
    companies = Registry(load_companies(folder / COMPANY_FILE))
    with RunningEmulator(companies, folder=folder / "mh", port=free_port()) as emulator:
        clock = MovableClock()
        clock.set(now)
        emulator.control.set_clock(now)
        settings = Settings(
            data_dir=folder,
            database_url=database_url,
            secret_key=secret,
            mh_test_url=emulator.url,
            allow_http=True,
            mh_timeout_s=5.0,
            journal_dir=journal_dir,
            webhook_allow_private=True,
        )
        with serving(settings, clock, with_worker=False, tuning=Tuning(USUAL.limits, AT_ONCE)) as url:
            yield RunningGateway(url, key, emulator, clock, database_url, settings, folder)
