"""The public page of a document as a browser asks for it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

from ocote.companies.registry import find_company
from ocote.public_links import PublicLinks
from ocote.store.engine.opening import open_store
from tests.house import Reply, RunningHouse

COMPANY_NIT = "06140101260017"


def public_url(house: RunningHouse, document_id: str) -> str:
    """Where the receiver of a document sees it."""
    links = PublicLinks.from_secret(house.settings.required_secret(), house.url)
    with ThreadPoolExecutor(1) as pool:
        company_id = pool.submit(asyncio.run, _company_id(house)).result()
    url = links.url(company_id, document_id)
    assert url is not None
    return url


def opened(url: str, method: str = "GET") -> Reply:
    """What a browser gets, without a key."""
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    try:
        connection.request(method, parts.path)
        answer = connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


async def _company_id(house: RunningHouse) -> int:
    async with open_store(house.database_url) as store:
        return (await find_company(store, COMPANY_NIT)).id
