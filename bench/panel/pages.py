"""What a person opens of the panel: every route that answers GET, with the searches and filters of its list."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from bench.panel.copies import CUSTOMERS, ITEMS, customer_name
from ocote.clock import local_date
from ocote.panel.site import panel_routes

_PART: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
_DOCUMENTS: Final = "/c/{company_id:int}/documents"
_CUSTOMER: Final = CUSTOMERS // 2 + 3
"""The customer that is searched for."""

_STATES: Final = ("stamped", "ccf", "note", "export", "purchase", "invalidated", "rejected", "waiting")
"""The documents of the archive that are opened one by one, by the names of its parts."""


class Page(Struct, frozen=True):
    """A page to open: what the table calls it, and its address below ``/panel``.

    ``pages_on`` is how often the link to the next page is followed before the page is timed.
    """

    name: str
    path: str
    pages_on: int = 0


class Sample(Struct, frozen=True):
    """A document of the middle of the archive, by which lists are searched."""

    control_number: str
    generation_code: str
    stamp: str
    external_ref: str
    payable_cents: int
    id: str


def pages_of(parts: Mapping[str, str], sample: Sample, now: datetime) -> Iterator[Page]:
    """Every page, in the order of the routes. Raises LookupError for a path with a part that the archive has not."""
    searches = _searches(parts, sample, local_date(now))
    for route in panel_routes().all:
        if route.get is None:
            continue
        pattern = _PART.sub(lambda found: f"{{{found[1]}}}", route.path)
        for given, values in _variants(route.path, parts, sample):
            missing = [name for name in _PART.findall(route.path) if name not in values]
            if missing:
                raise LookupError(f"{route.path}: the archive has no value for {missing}; see bench/panel/archive.py")
            path = _PART.sub(lambda found, values=values: values[found[1]], route.path)  # type: ignore[misc]
            for words, query, pages_on in searches.get(route.path, (("", {}, 0),)):
                name = " ".join(filter(None, (pattern.replace("/c/{company_id}", "…"), given, words)))
                yield Page(name, f"{path}?{urlencode(query)}" if query else path, pages_on)


def _variants(path: str, parts: Mapping[str, str], sample: Sample) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The values of the parts of a path: a document in each state, and a file of each kind."""
    if path == f"{_DOCUMENTS}/{{document_id}}":
        for state in _STATES:
            yield state, {**parts, "document_id": parts[state]}
        yield "copied", {**parts, "document_id": sample.id}
    elif "{kind}" in path:
        # The outcome of a draft has files once its document was issued.
        issued = {**parts, "draft_id": parts["issued"]}
        for kind in ("json", "invoice", "ticket"):
            yield kind, {**issued, "kind": kind}
    elif path.endswith("/outcome"):
        yield "", {**parts, "draft_id": parts["issued"]}
    elif path.endswith("/closings/{point}/{number:int}"):
        yield "", {**parts, "point": "M002P001", "number": "500"}
    else:
        yield "", parts


Searches = Mapping[str, tuple[tuple[str, Mapping[str, str], int], ...]]


def _searches(parts: Mapping[str, str], sample: Sample, today: date) -> Searches:
    """The searches and filters of lists by the path of the route: words for the table, the query, and pages on."""
    company = "/c/{company_id:int}"
    name = customer_name(_CUSTOMER)
    month, last_month = today.replace(day=1), today.replace(day=1) - timedelta(days=1)
    long_ago = (today - timedelta(days=800)).isoformat()
    a_month_ago = (today - timedelta(days=30)).isoformat()
    past = {"month": f"{last_month:%Y-%m}"}
    return {
        _DOCUMENTS: (
            ("", {}, 0),
            ("20 pages on", {}, 20),
            ("2 years back", {"date_to": long_ago}, 0),
            ("2 years back, 20 pages on", {"date_to": long_ago}, 20),
            ("today", {"period": "today"}, 0),
            ("this month", {"period": "month"}, 0),
            ("one day", {"date_from": a_month_ago, "date_to": a_month_ago}, 0),
            *((f"type {doc_type}", {"doc_type": doc_type}, 0) for doc_type in ("01", "03", "05", "11", "14")),
            ("type 05, 10 pages on", {"doc_type": "05"}, 10),
            *((state, {"state": state}, 0) for state in ("stamped", "contingency", "rejected", "invalidated")),
            ("rejected, 10 pages on", {"state": "rejected"}, 10),
            ("type 03, rejected", {"doc_type": "03", "state": "rejected"}, 0),
            ("till", {"point": "M003P004"}, 0),
            ("till, 20 pages on", {"point": "M003P004"}, 20),
            ("till, type 11", {"point": "M003P004", "doc_type": "11"}, 0),
            ("number", {"q": sample.control_number}, 0),
            ("correlative", {"q": sample.control_number[-15:].lstrip("0")}, 0),
            ("code", {"q": sample.generation_code}, 0),
            ("stamp", {"q": sample.stamp}, 0),
            ("reference", {"q": sample.external_ref}, 0),
            ("amount", {"q": f"{sample.payable_cents / 100:.2f}"}, 0),
            ("amount of none", {"q": "98765.43"}, 0),
            ("name of many", {"q": "ferreteria"}, 0),
            ("name of one", {"q": name}, 0),
            ("name of one, by the filter", {"customer": name}, 0),
            ("name without record", {"q": "Mesa 0013"}, 0),
            ("name of none", {"q": "Sin Coincidencia Alguna"}, 0),
            ("name of none, by the filter", {"customer": "Sin Coincidencia Alguna"}, 0),
            ("name of none, one type", {"q": "Sin Coincidencia Alguna", "doc_type": "03"}, 0),
            ("NIT", {"customer": f"0614{_CUSTOMER:010d}"}, 0),
        ),
        f"{_DOCUMENTS}/export": (("one day", {"date_from": a_month_ago, "date_to": a_month_ago, "format": "csv"}, 0),),
        f"{company}/customers": (
            ("", {}, 0),
            ("20 pages on", {}, 20),
            ("name of many", {"search": "ferreteria"}, 0),
            ("name of one", {"search": name}, 0),
            ("name of none", {"search": "Sin Coincidencia Alguna"}, 0),
            ("NIT", {"search": f"0614{_CUSTOMER:010d}"}, 0),
        ),
        f"{company}/items": (
            ("", {}, 0),
            ("20 pages on", {}, 20),
            ("text of many", {"search": "ceiba"}, 0),
            ("text of none", {"search": "Sin Coincidencia"}, 0),
        ),
        f"{company}/drafts/find/customers": (
            ("name of many", {"q_customer": "ferreteria"}, 0),
            ("name of one", {"q_customer": name}, 0),
            ("name of none", {"q_customer": "Sin Coincidencia"}, 0),
            ("NIT", {"q_customer": f"0614{_CUSTOMER:010d}"}, 0),
        ),
        f"{company}/drafts/find/items": (
            ("text of many", {"q_item": "ceiba"}, 0),
            ("code", {"q_item": f"ART-{ITEMS // 2:05d}"}, 0),
            ("text of none", {"q_item": "Sin Coincidencia"}, 0),
        ),
        f"{company}/drafts/find/activities": (("", {"q_activity": "café"}, 0),),
        **{f"{company}/items/{page}": (("", {"code": "ART-00007"}, 0),) for page in ("item", "edit", "remove")},
        f"{company}/mails": (
            *((view, {"view": view}, 0) for view in ("given_up", "waiting", "all")),
            ("all, 20 pages on", {"view": "all"}, 20),
            ("to one address", {"to": f"cliente{_CUSTOMER}@example.com"}, 0),
        ),
        f"{company}/webhooks/{{webhook_id}}": (("", {}, 0), ("20 pages on", {}, 20)),
        f"{company}/audit": (
            ("", {}, 0),
            ("20 pages on", {}, 20),
            ("act", {"act": "number_set"}, 0),
            ("act of none", {"act": "webhook_removed"}, 0),
            ("person", {"person": "Prueba 7"}, 0),
            ("person of none", {"person": "Nadie"}, 0),
            ("2 years back", {"until": long_ago}, 0),
        ),
        "/operator/audit": (("", {}, 0), ("person of none", {"person": "Nadie"}, 0)),
        f"{company}/closings": (("", {}, 0), ("20 pages on", {}, 20)),
        f"{company}/contingencies/{{contingency_id}}": (("", {}, 0),),
        f"{company}/today": (
            ("", {}, 0),
            ("a past day", {"day": a_month_ago}, 0),
            ("this month", {"month": f"{month:%Y-%m}"}, 0),
            ("last month", past, 0),
        ),
        f"{company}/books": (("last month", {}, 0), ("this month", {"month": f"{month:%Y-%m}"}, 0)),
        f"{company}/books/review": (("last month", past, 0),),
        f"{company}/books/file": (("annex 2 of last month", {**past, "file": "anexo2"}, 0),),
        f"{company}/exports/file": (
            ("one day", {"date_from": a_month_ago, "date_to": a_month_ago, "format": "csv"}, 0),
        ),
        f"{company}/drafts/new": tuple(
            (source, {source: document}, 0)
            for source, document in (
                ("copy_of", parts["stamped"]),
                ("retry_of", parts["rejected"]),
                ("note_of", parts["noted"]),
            )
        ),
        f"{company}/customers/{{customer_id:int}}/merge": (("", {"search": "ceiba"}, 0),),
    }
