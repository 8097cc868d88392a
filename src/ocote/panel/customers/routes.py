"""The customers of a company: a list with search, one customer with what is remembered, and doubles."""

from collections.abc import Sequence
from typing import Final

from ocote.documents.view import AnswerWarning, Refused
from ocote.errors import message, warning_text
from ocote.issuing.remembered import RememberedCustomer, merged_customer
from ocote.panel.customers.forms import (
    FORM_FIELDS,
    CustomerForm,
    activity_names,
    body_of_customer,
    customer_form,
    with_place,
)
from ocote.panel.customers.pages import (
    Memory,
    common_words,
    customer_line,
    documents_of_customer,
    forgettable,
    memories,
    numbers_of,
    search_href,
)
from ocote.panel.frame.faulty import show_faults
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.requests.person import read_remembered
from ocote.store.customer_lists import CustomerFilter
from ocote.web.invalid import InvalidRequest
from ocote.web.presence import while_connected
from ocote.web.response import Response

_PATH: Final = "/customers"
_CUSTOMERS: Final = "/c/{company_id:int}/customers"
_ONE: Final = f"{_CUSTOMERS}/{{customer_id:int}}"
_DOCUMENTS: Final = "/c/{company_id:int}/documents/{"
_A_PAGE: Final = 50
_LONGEST_SEARCH: Final = 200
_LONGEST_NUMBER: Final = 14
_LARGEST_ID: Final = 2**62


async def get_customers(request: PanelRequest) -> Response:
    """Shows the customers by name, page by page."""
    link = request.link(_PATH)
    search = request.query.get("search", "").strip()[:_LONGEST_SEARCH]
    page = await while_connected(request.receive, request.services.customers.page(request.company_id, _wanted(request)))
    last = page.customers[-1] if page.customers else None
    return request.page(
        "customers/list.html",
        lines=[customer_line(row, link) for row in page.customers],
        search=search,
        first_href=search_href(link, search, "") if request.query.get("after") else None,
        next_href=search_href(link, search, f"{last.id}-{last.folded}") if last is not None and page.has_more else None,
    )


async def get_customer(request: PanelRequest) -> Response:
    """Shows what is remembered of a customer, from where, and what it does; and the latest documents."""
    life = await request.services.customers.life(request.company_id, _id(request), request.membership.points)
    kept = life.customer
    return request.page(
        "customers/customer.html",
        kept=kept,
        numbers=numbers_of(kept.data),
        memories=memories(kept.data, life.documents, request.say),
        documents=documents_of_customer(life.documents, _documents_link(request), request.say),
        count=life.n_documents,
        here=_here(request, kept),
    )


async def get_customer_form(request: PanelRequest) -> Response:
    """Shows the form of what is remembered."""
    kept = await _customer(request)
    return _form_page(request, customer_form(kept), kept)


async def post_customer_form(request: PanelRequest) -> Response:
    """Keeps what a person wrote, unless a document or somebody else has changed the record since."""
    kept = await _customer(request)
    form = with_place(CustomerForm(request.form))
    warnings: list[AnswerWarning] = []
    try:
        data = read_remembered(body_of_customer(form), warnings)
    except InvalidRequest as error:
        show_faults(form, error.faults, FORM_FIELDS)
        return _form_page(request, form, kept, 400)
    book = request.services.customers
    try:
        await book.put(request.company_id, request.author, RememberedCustomer(kept.id, data, str(form.seen.data)))
    except Refused as error:
        if error.code not in ("customer_changed", "customer_number_taken"):
            raise
        return await _refused_form(request, form, kept, error)
    notes = [request.say("Quedó guardado."), *(warning_text(each.code, **each.values) for each in warnings)]
    return request.redirect(_here(request, kept), " ".join(notes))


async def post_forget(request: PanelRequest) -> Response:
    """Forgets one value of a customer; documents do not change."""
    kept = await _customer(request)
    field = str(request.form.get("field", ""))
    if field not in forgettable(kept.data):
        raise Refused("customer_changed")
    names = ("place", "country") if field in ("place", "country") else (field,)
    await request.services.customers.forget(request.company_id, request.author, kept.id, names)
    return request.redirect(_here(request, kept), request.say("El dato se olvidó. Los documentos no cambian."))


async def get_forget_customer(request: PanelRequest) -> Response:
    """Asks whether a customer is to be forgotten."""
    points = request.membership.points
    life = await request.services.customers.life(request.company_id, _id(request), points)
    kept, here = life.customer, _here(request, life.customer)
    return request.page("customers/forget.html", kept=kept, count=life.n_documents, sees_all=not points, here=here)


async def post_forget_customer(request: PanelRequest) -> Response:
    """Forgets a customer; name and numbers stay when there are documents, which are found by them."""
    seen = str(request.form.get("seen", ""))
    has_documents = await request.services.customers.forget_all(request.company_id, request.author, _id(request), seen)
    if has_documents:
        notice = request.say("Se olvidó todo menos el nombre y los números, por los que se hallan sus documentos.")
        return request.redirect(f"{request.link(_PATH)}/{_id(request)}", notice)
    return request.redirect(request.link(_PATH), request.say("El cliente se olvidó."))


async def get_doubles(request: PanelRequest) -> Response:
    """Shows pairs of records that may be of one customer."""
    link = request.link(_PATH)
    found = await while_connected(request.receive, request.services.customers.doubles(request.company_id))
    pairs = [
        {
            "common": common_words(pair.common, request.say),
            "sides": [(each.data.name, numbers_of(each.data)) for each in (pair.first, pair.second)],
            "href": f"{link}/{pair.first.id}/merge?other={pair.second.id}",
        }
        for pair in found
    ]
    return request.page("customers/doubles.html", pairs=pairs)


async def get_merge(request: PanelRequest) -> Response:
    """Shows what two records make together, or looks for the other one."""
    into = await _customer(request)
    other = request.query.get("other", "")
    if not other:
        return await _other_page(request, into)
    gone = await _by_text(request, other)
    return _merge_page(request, into, gone)


async def post_merge(request: PanelRequest) -> Response:
    """Merges two records as the person saw them."""
    into = await _customer(request)
    gone = await _by_text(request, str(request.form.get("other", "")))
    seen = str(request.form.get("seen", ""))
    if gone.id == into.id or seen != _seen(into, gone):
        raise Refused("customer_changed")
    await request.services.customers.merge(request.company_id, request.author, into, gone)
    notice = request.say("Los dos registros son ahora uno, con los documentos de ambos.")
    return request.redirect(_here(request, into), notice)


async def _refused_form(
    request: PanelRequest, form: CustomerForm, kept: RememberedCustomer, error: Refused
) -> Response:
    """The form as it was sent, beside what is remembered now if that is something else than the person saw."""
    request.notify("bad", f"{message(error.code, **error.values)}.")
    if error.code == "customer_number_taken":
        return _form_page(request, form, kept, 409)
    now = await request.services.customers.get(request.company_id, kept.id)
    form.seen.data = now.version
    return _form_page(request, form, now, 409, memories(now.data, (), request.say))


def _form_page(
    request: PanelRequest, form: CustomerForm, kept: RememberedCustomer, status: int = 200, now: Sequence[Memory] = ()
) -> Response:
    here = _here(request, kept)
    return request.page(
        "customers/form.html", status, form=form, kept=kept, here=here, now=now, activities=activity_names()
    )


async def _other_page(request: PanelRequest, into: RememberedCustomer) -> Response:
    """The search for the record with which another one is to be merged."""
    search = request.query.get("search", "").strip()[:_LONGEST_SEARCH]
    page = await request.services.customers.page(request.company_id, _wanted(request)) if search else None
    here = _here(request, into)
    found = [
        (customer_line(row, request.link(_PATH)), f"{here}/merge?other={row.id}")
        for row in (page.customers if page is not None else ())
        if row.id != into.id
    ]
    return request.page("customers/other.html", kept=into, here=here, search=search, found=found)


def _merge_page(request: PanelRequest, into: RememberedCustomer, gone: RememberedCustomer) -> Response:
    refusal, merged = "", None
    if into.id == gone.id:
        raise Refused("customer_not_found")
    try:
        merged = merged_customer(into.data, gone.data)
    except Refused as error:
        refusal = f"{message(error.code, **error.values)}."
    link = request.link(_PATH)
    return request.page(
        "customers/merge.html",
        409 if refusal else 200,
        into=into,
        gone=gone,
        refusal=refusal,
        sides=[(each, memories(each.data, (), request.say)) for each in (into, gone)],
        merged=memories(merged, (), request.say) if merged is not None else (),
        seen=_seen(into, gone),
        here=_here(request, into),
        swapped=f"{link}/{gone.id}/merge?other={into.id}",
    )


def _wanted(request: PanelRequest) -> CustomerFilter:
    """The customers that the address describes; a text of digits is a number."""
    search = request.query.get("search", "").strip()[:_LONGEST_SEARCH]
    digits = search.replace("-", "").replace(" ", "")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER
    last_id, _, folded = request.query.get("after", "").partition("-")
    after = (folded, int(last_id)) if _is_id(last_id) else ("", 0)
    return CustomerFilter(
        _A_PAGE, after, number=digits if is_number else None, name=search if search and not is_number else None
    )


async def _customer(request: PanelRequest) -> RememberedCustomer:
    return await request.services.customers.get(request.company_id, _id(request))


async def _by_text(request: PanelRequest, text: str) -> RememberedCustomer:
    if not _is_id(text):
        raise Refused("customer_not_found")
    return await request.services.customers.get(request.company_id, int(text))


def _id(request: PanelRequest) -> int:
    customer_id = int(request.part("customer_id"))
    if customer_id > _LARGEST_ID:
        raise Refused("customer_not_found")
    return customer_id


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < len(str(_LARGEST_ID))


def _seen(into: RememberedCustomer, gone: RememberedCustomer) -> str:
    return f"{into.version} {gone.version}"


def _here(request: PanelRequest, kept: RememberedCustomer) -> str:
    return f"{request.link(_PATH)}/{kept.id}"


def _documents_link(request: PanelRequest) -> str | None:
    """The address of the documents, when the panel has a page for one."""
    has_page = any(
        path.startswith(_DOCUMENTS) and path.count("/") == _DOCUMENTS.count("/") for path in request.visit.known
    )
    return request.link("/documents") if has_page else None


ROUTES: Final = (
    PanelRoute(_CUSTOMERS, "read", get=get_customers),
    PanelRoute(f"{_CUSTOMERS}/doubles", "edit_customers", get=get_doubles),
    PanelRoute(_ONE, "read", get=get_customer),
    PanelRoute(f"{_ONE}/edit", "edit_customers", get=get_customer_form, post=post_customer_form),
    PanelRoute(f"{_ONE}/value", "edit_customers", post=post_forget),
    PanelRoute(f"{_ONE}/forget", "edit_customers", get=get_forget_customer, post=post_forget_customer),
    PanelRoute(f"{_ONE}/merge", "edit_customers", get=get_merge, post=post_merge),
)
