"""The items of a company: a list with search, one item, and files in and out."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from ocote.archive.threads import in_thread
from ocote.documents.view import AnswerWarning, Refused
from ocote.errors import message, sentence_of, warning_text
from ocote.items.item import ItemImport, KeptItem
from ocote.panel.frame.faulty import show_faults
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.frame.sent_file import sent_file
from ocote.panel.items.forms import ItemFileForm, ItemForm, body_of_item, item_form
from ocote.panel.items.pages import changes_of, facts_of, item_href, item_line, list_href, mark_of
from ocote.requests.item import cursor_behind, item_code, read_item, read_item_filter
from ocote.requests.item_file import MOST_ITEMS, ReadItems, item_file, read_item_file
from ocote.requests.table_file import TableFileError
from ocote.web.invalid import InvalidRequest
from ocote.web.presence import while_connected
from ocote.web.response import Response

_PATH: Final = "/items"
_ITEMS: Final = "/c/{company_id:int}/items"
_LONGEST_FILE: Final = 5 * 1024 * 1024
_FILE_LIMIT: Final = 8 * 1024 * 1024
"""Bytes of a form with a file, which on its way back from the preview is a third longer."""

_CSV: Final = b"text/csv; charset=utf-8"


async def get_item_list(request: PanelRequest) -> Response:
    """Shows the items by code, page by page."""
    asked = {name: value for name in ("search", "cursor") if (value := request.query.get(name, "").strip())}
    link, search = request.link(_PATH), asked.get("search", "")
    try:
        wanted = read_item_filter(asked)
    except InvalidRequest as error:
        request.notify("bad", f"{sentence_of(error.faults[0])}.")
        wanted, search = read_item_filter({}), ""
    found = request.services.items.page(request.company_id, wanted)
    page = await while_connected(request.receive, found)
    return request.page(
        "items/list.html",
        lines=[item_line(kept, link, request.say) for kept in page.items],
        search=search,
        first_href=list_href(link, search, "") if wanted.after else None,
        next_href=list_href(link, search, cursor_behind(page.items[-1].code)) if page.has_more else None,
    )


async def get_one_item(request: PanelRequest) -> Response:
    """Shows everything that is kept of an item."""
    kept = await _item(request)
    return request.page("items/item.html", kept=kept, facts=facts_of(kept, request.say), links=_links(request, kept))


async def get_new(request: PanelRequest) -> Response:
    """Shows the form of a new item, or of one that begins as a copy."""
    return request.page("items/form.html", form=ItemForm(), kept=None, action=request.link(f"{_PATH}/new"), now=())


async def post_new(request: PanelRequest) -> Response:
    """Keeps a new item; an item that has the code already stays as it is."""
    form = ItemForm(request.form)
    form.seen.data = ""
    return await _save(request, form, str(form.code.data or ""), None)


async def get_edit(request: PanelRequest) -> Response:
    """Shows the form of an item."""
    kept = await _item(request)
    return _form_page(request, item_form(kept), kept)


async def post_edit(request: PanelRequest) -> Response:
    """Keeps an item, unless somebody has changed it since the person opened its page."""
    kept = await _item(request)
    form = ItemForm(request.form)
    form.code.data = kept.code
    return await _save(request, form, kept.code, kept)


async def get_remove(request: PanelRequest) -> Response:
    """Asks whether an item is to be removed."""
    kept = await _item(request)
    return request.page("items/remove.html", kept=kept, links=_links(request, kept))


async def post_item_removal(request: PanelRequest) -> Response:
    """Removes an item; documents do not change."""
    code, seen = _code(request), str(request.form.get("seen", ""))
    await request.services.items.remove(request.company_id, request.author, code, seen)
    notice = request.say("El artículo ya no está en el catálogo.")
    return request.redirect(request.link(_PATH), notice)


async def get_import(request: PanelRequest) -> Response:
    """Shows the form for a file of items."""
    return _import_page(request, ItemFileForm())


async def post_import(request: PanelRequest) -> Response:
    """Shows what a file changes; once the person has seen this, writes it, all or nothing."""
    form = ItemFileForm()
    content = await sent_file(request.form, _LONGEST_FILE)
    if not content:
        form.file.errors = [request.say("Elija un archivo.")]
        return _import_page(request, form, status=400)
    try:
        read = await in_thread(read_item_file, content)
    except TableFileError as error:
        return _import_page(request, form, status=400, faults=error.faults)
    found = await request.services.items.compare(request.company_id, read.items)
    seen = request.form.get("seen")
    if found.changed and seen == mark_of(found):
        done = await request.services.items.bring_in(request.company_id, request.author, read.items)
        notice = request.say("Artículos guardados: %(new)s nuevos y %(changed)s que cambian.")
        counts = {"new": done.new, "changed": len(done.before)}
        return request.redirect(request.link(_PATH), notice % counts)
    if seen:
        request.notify("waiting", request.say("El catálogo cambió mientras tanto. Revise de nuevo lo que se guardará."))
    return _preview(request, content, read, found)


async def get_item_file(request: PanelRequest) -> Response:
    """Hands out all items as a file that can be brought in again."""
    items = await request.services.items.everything(request.company_id)
    name = (b"content-disposition", b'attachment; filename="articulos.csv"')
    return Response(200, "".join(item_file(items)).encode(), _CSV, (name,))


async def _save(request: PanelRequest, form: ItemForm, code: str, kept: KeptItem | None) -> Response:
    warnings: list[AnswerWarning] = []
    try:
        code, item = read_item(body_of_item(form), code, warnings)
    except InvalidRequest as error:
        show_faults(form, error.faults)
        return _form_page(request, form, kept, 400)
    catalog = request.services.items
    try:
        await catalog.put(request.company_id, request.author, code, item, str(form.seen.data or ""))
    except Refused as error:
        if error.code != "item_changed":
            raise
        return await _changed_meanwhile(request, form, code, is_new=kept is None)
    notes = [request.say("El artículo quedó guardado."), *(warning_text(each.code, **each.values) for each in warnings)]
    return request.redirect(item_href(request.link(_PATH), "item", code), " ".join(notes))


async def _changed_meanwhile(request: PanelRequest, form: ItemForm, code: str, *, is_new: bool) -> Response:
    """The form as it was sent beside the item as it is now, over which it is kept when the person sends it again."""
    if is_new:
        taken = request.say("Ya hay un artículo con este código. Para cambiarlo, ábralo desde la lista.")
        form.code.errors = [taken]
        return _form_page(request, form, None, 409)
    now = await request.services.items.get(request.company_id, code)
    form.seen.data = now.version
    request.notify("bad", f"{message('item_changed')}.")
    return _form_page(request, form, now, 409, is_stale=True)


def _form_page(
    request: PanelRequest, form: ItemForm, kept: KeptItem | None, status: int = 200, *, is_stale: bool = False
) -> Response:
    link = request.link(_PATH)
    action = f"{link}/new" if kept is None else item_href(link, "edit", kept.code)
    now = facts_of(kept, request.say) if kept is not None and is_stale else ()
    return request.page("items/form.html", status, form=form, kept=kept, action=action, now=now)


async def _item(request: PanelRequest) -> KeptItem:
    """The item of the address. Raises Refused for none."""
    return await request.services.items.get(request.company_id, _code(request))


def _code(request: PanelRequest) -> str:
    """The code of the address. Raises Refused for what no item can have."""
    try:
        return item_code(request.query.get("code", ""))
    except InvalidRequest as error:
        raise Refused("item_not_found") from error


def _links(request: PanelRequest, kept: KeptItem) -> dict[str, str]:
    link = request.link(_PATH)
    return {page: item_href(link, page, kept.code) for page in ("item", "edit", "remove")}


def _import_page(
    request: PanelRequest, form: ItemFileForm, *, status: int = 200, faults: Sequence[str] = ()
) -> Response:
    return request.page("items/import.html", status, form=form, faults=faults, most=MOST_ITEMS)


def _preview(request: PanelRequest, content: bytes, read: ReadItems, found: ItemImport) -> Response:
    return request.page(
        "items/preview.html",
        content=b64encode(content).decode("ascii"),
        seen=mark_of(found),
        found=found,
        changes=changes_of(found, request.say),
        notes=read.notes,
    )


ROUTES: Final = (
    PanelRoute(_ITEMS, "read", get=get_item_list),
    PanelRoute(f"{_ITEMS}/item", "read", get=get_one_item),
    PanelRoute(f"{_ITEMS}/new", "edit_items", get=get_new, post=post_new),
    PanelRoute(f"{_ITEMS}/edit", "edit_items", get=get_edit, post=post_edit),
    PanelRoute(f"{_ITEMS}/remove", "edit_items", get=get_remove, post=post_item_removal),
    PanelRoute(f"{_ITEMS}/import", "edit_items", get=get_import, post=post_import, limit=_FILE_LIMIT),
    PanelRoute(f"{_ITEMS}/articulos.csv", "export", get=get_item_file),
)
