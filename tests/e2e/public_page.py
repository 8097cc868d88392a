"""The public page of a document, requested as a browser requests the page."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

from ocote.companies.registry import find_company
from ocote.public_links import Linked, PublicLinks
from ocote.store.engine.opening import open_store
from tests.builders.company import NIT
from tests.running_gateway import Reply, RunningGateway


def public_url(gateway: RunningGateway, document_id: str) -> str:
    """The first public address of a document."""
    links = PublicLinks.from_secret(gateway.settings.required_secret(), gateway.url)
    with ThreadPoolExecutor(1) as pool:
        company_id = pool.submit(asyncio.run, _company_id(gateway)).result()
    url = links.url(Linked(company_id, document_id))
    assert url is not None
    return url


def opened(url: str, method: str = "GET") -> Reply:
    """The reply to a browser, which has no API key."""
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    try:
        connection.request(method, parts.path)
        answer = connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


async def _company_id(gateway: RunningGateway) -> int:
    async with open_store(gateway.database_url) as store:
        return (await find_company(store, NIT)).id
