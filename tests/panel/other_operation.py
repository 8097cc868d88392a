"""A contingency, a mail, a webhook, a delivery and a request of a company, as rows alone."""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from ocote.store.api_requests import KeptRequest, RequestFilter, keep_requests, requests_page
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from tests.running_gateway import RunningGateway

_AT = "2026-11-20T18:00:00.000000Z"
_CONTINGENCY = sql("""
    INSERT INTO contingency (id, company_id, kind, reason, state, began_at, last_at)
    VALUES ('ajena-contingencia', :company, 5, :secret, 'done', :at, :at)""")
_WEBHOOK = sql("""
    INSERT INTO webhook (id, company_id, url, secret, created_at)
    VALUES ('wh_ajeno', :company, :url, :sealed, :at)""")
_SENDING = sql("""
    INSERT INTO outbox (id, company_id, document_id, channel, event, lane, target, state, created_at, begun_at, answer)
    VALUES (:id, :company, :document, :channel, 'document.stamped', 'ajena', :target, 'refused', :at, :at, :secret)""")


def _request(company: int, secret: str) -> KeptRequest:
    """A request to the API, with the text wherever a client may have put one."""
    fault = json.dumps([{"field": secret, "message": secret, "code": "field_unknown"}])
    return KeptRequest(
        company, _AT, secret, "odt_ajena", secret, "POST", "/invoice", 400, secret, secret, 0, fault, fault, 1
    )


def operation_rows(gateway: RunningGateway, company: int, document: str, secret: str) -> Mapping[str, str]:
    """Stores the rows of a company, with a text in each of them; returns the parts of the paths of their pages."""

    def work() -> Transaction[None]:
        which = {"company": company, "at": _AT}
        yield _CONTINGENCY(**which, secret=secret)
        yield _WEBHOOK(**which, url=f"https://example.com/{secret}", sealed=b"x")
        for sending, channel, target in (("ajeno-correo", "email", secret), ("ajena-entrega", "webhook", "wh_ajeno")):
            yield _SENDING(**which, id=sending, document=document, channel=channel, target=target, secret=secret)
        yield from keep_requests([_request(company, secret)])

    async def store_them() -> None:
        async with open_store(gateway.database_url) as store:
            await store.write(work)
            [request] = await store.read(requests_page, company, RequestFilter(1, name=secret))
            found["request"] = str(request.id)

    found: dict[str, str] = {}
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, store_them()).result()
    return {
        "contingency_id": "ajena-contingencia",
        "mail_id": "ajeno-correo",
        "webhook_id": "wh_ajeno",
        "delivery_id": "ajena-entrega",
        **found,
    }
