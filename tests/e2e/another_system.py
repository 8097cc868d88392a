"""Another system of the same company: it issues what this gateway does not know, and MH does."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ocote.clock import system_clock
from ocote.companies.numbering import NumberOrder, set_number
from ocote.companies.registry import find_company
from ocote.parts import USUAL
from ocote.store.engine.migrate import migrate
from ocote.store.engine.opening import open_store
from tests.builders.company import BY, NIT, POINT_OF_SALE, register_company
from tests.e2e.written import signed
from tests.running_gateway import RunningGateway, serving


@contextmanager
def another_system(gateway: RunningGateway) -> Iterator[RunningGateway]:
    """A gateway of the same company with books of its own, whose CCFs have the numbers from 5001 on."""
    folder = gateway.folder / "another-system"
    folder.mkdir()
    url = f"sqlite:///{folder / 'ocote.db'}"
    settings = replace(gateway.settings, database_url=url, data_dir=folder)
    with ThreadPoolExecutor(1) as pool:
        key = pool.submit(asyncio.run, _registered(url, settings.required_secret(), gateway.folder)).result()
    with serving(settings, gateway.clock, with_worker=False, tuning=USUAL) as address:
        yield RunningGateway(address, key, gateway.emulator, gateway.clock, url, settings, folder)


async def _registered(url: str, secret: str, folder: Path) -> str:
    migrate(url)
    key = await register_company(url, secret, folder / "empresa.toml")
    async with open_store(url) as store:
        company = await find_company(store, NIT)
        await set_number(store, system_clock, company, NumberOrder(POINT_OF_SALE, "03", 5001), BY)
    return key


def stated(other: RunningGateway, answer: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A CCF of the other system as the request for a note describes it."""
    amounts = ("taxable", "exempt", "not_subject", "withheld", "collected")
    document = signed(other, answer)
    return {
        "generation_code": answer["generation_code"],
        "control_number": answer["control_number"],
        "issued_on": document["identificacion"]["fecEmi"],
        **{f"amount_{name}": answer[f"amount_{name}"] for name in amounts},
        **more,
    }
