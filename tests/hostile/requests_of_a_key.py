"""Everything that the holder of a key can ask, small and as large as the API admits, drawn at random."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Final

from ocote.clock import EL_SALVADOR
from tests.builders.bodies import LARGE_TAXPAYER, ccf, export, invoice, note, purchase

LONG: Final = "larga-1"
"""The reference of a long invoice of the company."""

VOUCHER: Final = "ccf-1"
"""The reference of a CCF of the company."""

MOST_LINES: Final = 2000
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; a client that ``gives_up`` closes its connection without reading the response."""

    method: str
    path: str
    body: bytes | None = None
    gives_up: bool = False


Draw = Callable[[Random], tuple[str, Any]]
"""Draws the path and the body of a request."""


def long_invoice(reference: str, lines: int, **more: Any) -> dict[str, Any]:
    """An invoice of many lines, each with the longest description that the API admits."""
    line = {"description": "Resma de papel " * 60, "quantity": 1, "unit_price": 1.13}
    return invoice(reference, **more) | {"lines": [line] * lines}


def _reference(chance: Random) -> str:
    return f"otra-{chance.getrandbits(48):012x}"


def _known(chance: Random) -> str:
    return chance.choice([LONG, VOUCHER, "no-existe"])


def _sale(chance: Random) -> tuple[str, Any]:
    dry = chance.choice(["", "?dry_run=1"])
    reference = _reference(chance)
    customer = {"name": "Cliente de Prueba", "email": "cliente-de-la-otra@example.com"}
    bodies = [
        invoice(reference, customer=customer),
        ccf(reference),
        export(reference),
        invoice(reference) | {"lines": []},
    ]
    return f"/invoice{dry}", chance.choice(bodies)


def _long_sale(chance: Random) -> tuple[str, Any]:
    return "/invoice", long_invoice(_reference(chance), chance.choice([100, 400, 1000]))


def _large_body(chance: Random) -> tuple[str, Any]:
    """A body of 1 MiB that is costly to read, but is no invoice."""
    body = chance.choice(
        [
            '{"lines":[' + "{}," * (_MIB // 3 - 20) + "{}]}",
            '{"' + "k" * (_MIB // 2) + '":[' + "1," * (_MIB // 4 - 20) + '"\\ud83d\\ude00"]}',
            '{"lines":' + "[" * 500_000 + "]" * 500_000 + "}",
            '{"external_ref":"' + "á" * (_MIB // 2 - 40) + '"}',
            '{"a":' + "9" * (_MIB - 40) + "}",
        ]
    )
    return "/invoice", body


def _note(chance: Random) -> tuple[str, Any]:
    return "/credit-memo", note(_known(chance), _reference(chance), "0.01")


def _note_on_many(chance: Random) -> tuple[str, Any]:
    """A note on CCFs on paper, up to one more than the API admits, with one of the company's own among them or not."""
    count, day = chance.choice([1, 2, 50, 51]), datetime.now(EL_SALVADOR).date().isoformat()
    paper = {"issued_on": day, "amount_taxable": 99}
    line = {"description": "Devolución", "quantity": 1, "unit_price": "0.01"}
    lines = [line | {"related": each % count} for each in range(max(count, chance.choice([1, 100, MOST_LINES])))]
    body: dict[str, Any] = {
        "external_ref": _reference(chance),
        "customer": LARGE_TAXPAYER,
        "related_documents": [paper | {"number": f"P-{chance.randrange(100)}-{each}"} for each in range(count)],
        "lines": lines,
    }
    if chance.random() < 0.5:
        body |= {"document_id": _known(chance), "lines": [line, *lines[1 - MOST_LINES :]]}
    return "/credit-memo", body


def _purchase(chance: Random) -> tuple[str, Any]:
    return "/suex", purchase(_reference(chance))


def _invalidation(chance: Random) -> tuple[str, Any]:
    return f"/invalidate/{_known(chance)}", {"reason": chance.choice([1, 2, 9])}


def _purchase_invalidation(chance: Random) -> tuple[str, Any]:
    return f"/invalidate/suex/{_known(chance)}", {}


def _mail(chance: Random) -> tuple[str, Any]:
    return f"/documents/{_known(chance)}/email", {"to": "cliente-de-la-otra@example.com"}


def _link(chance: Random) -> tuple[str, Any]:
    return f"/documents/{_known(chance)}/link", None


def _file(chance: Random) -> tuple[str, Any]:
    return f"/file/{_known(chance)}?type={chance.choice(['pdf', 'ticket', 'json', 'otro'])}", None


def _list(chance: Random) -> tuple[str, Any]:
    filters = ["date_from=2026-01-01", "doc_type=01", "state=stamped", "customer=nadie", "limit=100", "limit=9999"]
    return f"/documents?{'&'.join(chance.sample(filters, chance.randrange(len(filters))))}", None


def _export(chance: Random) -> tuple[str, Any]:
    kind = chance.choice(["zip", "csv", "xlsx", "otro"])
    return f"/documents/export?format={kind}&date_from=2026-01-01&date_to=2026-12-31", None


def _books(chance: Random) -> tuple[str, Any]:
    month = chance.choice(["2026-06", "2026-12", "2026-13", "junio"])
    return f"/books?month={month}&taxpayers_folio={chance.choice(['1', '9999999', '0', '1e9'])}", None


def _items(chance: Random) -> tuple[str, Any]:
    searches = ["search=%25", "search=resma", "search=" + "%C3%A1" * 150]
    filters = [*searches, "limit=100", "limit=9999", "cursor=Q0FGRQ", "cursor=%00"]
    return f"/items?{'&'.join(chance.sample(filters, chance.randrange(len(filters))))}", None


def _item(chance: Random) -> tuple[str, Any]:
    code = chance.choice([f"A{chance.randrange(1000)}", "CAF%C3%89%2FLB", "x" * 4000, "%00", "%20"])
    long = {"description": "Resma de papel " * chance.choice([1, 60, 5000]), "unit_price": 1.13}
    return f"/items/{code}", chance.choice([long, {"taxes": ["59"] * 1000} | long, {}, {"unit_price": "9" * 4000}])


def _item_code(chance: Random) -> tuple[str, Any]:
    return f"/items/A{chance.randrange(1000)}", None


def _sale_of_items(chance: Random) -> tuple[str, Any]:
    lines = [{"code": f"A{chance.randrange(1000)}", "quantity": 1} for _ in range(chance.choice([1, 100, MOST_LINES]))]
    return "/invoice?dry_run=1", invoice(_reference(chance)) | {"lines": lines}


def _district(chance: Random) -> tuple[str, Any]:
    return f"/catalogs/districts/search?q={chance.choice(['san', '%CC%81' * 5000, ''])}", None


def _at(path: str) -> Draw:
    return lambda chance: (path.format(id_or_ref=_known(chance), name=chance.choice(["CAT-014", "x" * 4000])), None)


EVERYTHING: Final[Mapping[tuple[str, str], tuple[Draw, ...]]] = {
    ("POST", "/invoice"): (_sale, _long_sale, _large_body, _sale_of_items),
    ("POST", "/credit-memo"): (_note, _note_on_many),
    ("POST", "/suex"): (_purchase,),
    ("GET", "/status/{id_or_ref}"): (_at("/status/{id_or_ref}"),),
    ("GET", "/credit-memo/status/{id_or_ref}"): (_at("/credit-memo/status/{id_or_ref}"),),
    ("GET", "/suex/status/{id_or_ref}"): (_at("/suex/status/{id_or_ref}"),),
    ("POST", "/invalidate/{id_or_ref}"): (_invalidation,),
    ("POST", "/invalidate/suex/{id_or_ref}"): (_purchase_invalidation,),
    ("GET", "/invalidate/status/{id_or_ref}"): (_at("/invalidate/status/{id_or_ref}"),),
    ("GET", "/invalidate/suex/status/{id_or_ref}"): (_at("/invalidate/suex/status/{id_or_ref}"),),
    ("GET", "/file/{id_or_ref}"): (_file,),
    ("GET", "/documents"): (_list,),
    ("GET", "/documents/export"): (_export,),
    ("GET", "/books"): (_books,),
    ("GET", "/documents/{id_or_ref}/email"): (_at("/documents/{id_or_ref}/email"),),
    ("POST", "/documents/{id_or_ref}/email"): (_mail,),
    ("POST", "/documents/{id_or_ref}/link"): (_link,),
    ("GET", "/items"): (_items,),
    ("GET", "/items/{code}"): (_item_code,),
    ("PUT", "/items/{code}"): (_item,),
    ("DELETE", "/items/{code}"): (_item_code,),
    ("GET", "/catalogs/activities"): (_at("/catalogs/activities?q=ventas"),),
    ("GET", "/catalogs/departments"): (_at("/catalogs/departments"),),
    ("GET", "/catalogs/districts/search"): (_district,),
    ("GET", "/catalogs/{name}"): (_at("/catalogs/{name}"),),
}
"""By operation of the API, the requests that are drawn of it."""

_COSTLY: Final[tuple[tuple[str, Draw], ...]] = (
    ("POST", _large_body),
    ("POST", _long_sale),
    ("GET", _file),
    ("GET", _export),
    ("GET", _books),
    ("POST", _mail),
)
"""The requests that cost the gateway most; every second request is one of them."""


def draw(chance: Random) -> Asked:
    """One request at random, of whatever a key can ask."""
    if chance.random() < 0.5:
        method, drawing = chance.choice(_COSTLY)
    else:
        (method, _), drawn = chance.choice(list(EVERYTHING.items()))
        drawing = chance.choice(drawn)
    path, body = drawing(chance)
    content = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
    return Asked(method, path, content, gives_up=chance.random() < 0.3)
