"""Answers ``/c/{company}/customers/import``: customers in from a file, shown before they are kept, and out as one."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from ocote.archive.threads import in_thread
from ocote.issuing.customer_import import CustomerImport, ImportedCustomer, UnfitCustomersError
from ocote.panel.customers.forms import CustomerFileForm
from ocote.panel.customers.pages import Translate, customer_changes, numbers_of
from ocote.panel.frame.phrases import phrase
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.frame.sent_file import sent_file
from ocote.requests.customer_file import (
    CUSTOMER_COLUMNS,
    MOST_CUSTOMERS,
    ReadCustomers,
    customer_file,
    read_customer_file,
    sample_file,
)
from ocote.requests.table_file import TableFileError
from ocote.web.response import Header, Response

_PATH: Final = "/customers"
_CUSTOMERS: Final = "/c/{company_id:int}/customers"
_LONGEST_FILE: Final = 2 * 1024 * 1024
_FORM_LIMIT: Final = 3 * 1024 * 1024
"""Bytes of a form with a file, which on its way back from the preview is a third longer."""

_MOST_CHANGES_SHOWN: Final = 200
_CSV: Final = b"text/csv; charset=utf-8"


class ShownImport(Struct, frozen=True):
    """A customer whom an import writes: the line, who it is, and each value that changes as it was and will be."""

    line: int
    name: str
    numbers: str
    is_new: bool
    changes: tuple[str, ...]


async def get_customer_import(request: PanelRequest) -> Response:
    """Shows the form for a file of customers."""
    return _import_page(request, CustomerFileForm())


async def post_customer_import(request: PanelRequest) -> Response:
    """Shows what a file changes; once the person has seen this, writes it, all or nothing."""
    form = CustomerFileForm()
    content = await sent_file(request.form, _LONGEST_FILE)
    if not content:
        form.file.errors = [request.say("Elija un archivo.")]
        return _import_page(request, form, status=400)
    try:
        read = await in_thread(read_customer_file, content)
    except TableFileError as error:
        return _import_page(request, form, status=400, faults=error.faults)
    importer, seen = request.services.customer_import, request.form.get("seen")
    found = await importer.compare(request.company_id, read.customers)
    if found.faults:
        return _import_page(request, form, status=400, faults=found.faults)
    if found.changed and seen == _mark_of(found):
        try:
            done = await importer.bring_in(request.company_id, request.author, read.customers)
        except UnfitCustomersError as error:
            return _import_page(request, form, status=400, faults=error.found.faults)
        counts = {"new": done.n_new, "changed": len(done.changed) - done.n_new}
        notice = phrase("Clientes guardados: %(new)s nuevos y %(changed)s que cambian.", **counts)
        return request.redirect(request.link(_PATH), notice)
    if seen:
        changed = request.say("Los clientes cambiaron mientras tanto. Revise de nuevo lo que se guardará.")
        request.notify("waiting", changed)
    return _preview(request, content, read, found)


async def get_customer_sample(request: PanelRequest) -> Response:
    """Hands out a file with two sample customers, to be filled in."""
    del request
    return Response(200, sample_file().encode(), _CSV, (_named("clientes-ejemplo.csv"),))


async def get_customer_file(request: PanelRequest) -> Response:
    """Hands out all customers as a file that can be brought in again."""
    everyone = await request.services.customer_import.everyone(request.company_id)
    content = await in_thread(lambda: "".join(customer_file(everyone)).encode())
    return Response(200, content, _CSV, (_named("clientes.csv"),))


def _named(name: str) -> Header:
    return (b"content-disposition", f'attachment; filename="{name}"'.encode("ascii"))


def _mark_of(found: CustomerImport) -> str:
    """A text that is another one when an import would change something else than what was shown."""
    return sha256(msgspec.json.encode((found.changed, found.same), order="deterministic")).hexdigest()


def _import_page(
    request: PanelRequest, form: CustomerFileForm, *, status: int = 200, faults: Sequence[str] = ()
) -> Response:
    columns = ", ".join(CUSTOMER_COLUMNS)
    return request.page("customers/import.html", status, form=form, faults=faults, most=MOST_CUSTOMERS, columns=columns)


def _preview(request: PanelRequest, content: bytes, read: ReadCustomers, found: CustomerImport) -> Response:
    return request.page(
        "customers/preview.html",
        content=b64encode(content).decode("ascii"),
        seen=_mark_of(found),
        found=found,
        changes=[_shown(each, request.say) for each in found.changed[:_MOST_CHANGES_SHOWN]],
        notes=read.notes,
    )


def _shown(each: ImportedCustomer, say: Translate) -> ShownImport:
    changes = () if each.before is None else customer_changes(each.before, each.after, say)
    return ShownImport(each.line, each.after.name, numbers_of(each.after), each.before is None, changes)


ROUTES: Final = (
    PanelRoute(
        f"{_CUSTOMERS}/import", "edit_customers", get=get_customer_import, post=post_customer_import, limit=_FORM_LIMIT
    ),
    PanelRoute(f"{_CUSTOMERS}/clientes-ejemplo.csv", "edit_customers", get=get_customer_sample),
    PanelRoute(f"{_CUSTOMERS}/clientes.csv", "export", get=get_customer_file),
)
