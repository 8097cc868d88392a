"""What a person reads on the pages about documents."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from ocote.clock import system_clock
from ocote.companies.keys import ApiKeys
from ocote.companies.registry import find_company
from ocote.store.engine.opening import open_store
from tests.builders.company import BY, NIT, NO_LIMITS
from tests.panel_client import PanelClient, Shown
from tests.running_gateway import RunningGateway

TWO_POINTS: Final = '[[branch.pos]]\ncode = "P002"'
"""A second point of sale for the company's file."""

_ROW: Final = re.compile(r'<a class="row-link" href="([^"]*)"[^>]*>([^<]*)</a>')


def listed(shown: Shown) -> list[str]:
    """The control numbers of a list, in its order."""
    return [number for _, number in _ROW.findall(shown.text)]


def found(browser: PanelClient, query: str = "") -> list[str]:
    """The control numbers that the list with this query shows."""
    shown = browser.get(f"/c/1/documents?{query}")
    assert shown.status == 200, shown.words
    return listed(shown)


def page_of(answer: dict[str, Any]) -> str:
    """The path of the page of a document that was issued."""
    return f"/c/1/documents/{answer['document_id']}"


def key_at(gateway: RunningGateway, point: str) -> str:
    """A new key of one of the company's points of sale."""

    async def create() -> str:
        async with open_store(gateway.database_url) as store:
            company = await find_company(store, NIT)
            return await ApiKeys(store, system_clock).create(company, point, BY, NO_LIMITS)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, create()).result()
