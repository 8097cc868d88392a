"""Answers ``/c/{company_id}/webhooks``: the webhooks of a company, their deliveries, and every change of them."""

from datetime import timedelta
from typing import Final

from ocote.documents.view import Refused
from ocote.outbox.webhook_error import WebhookError
from ocote.panel.frame.phrases import phrase, together
from ocote.panel.frame.places import place_href, read_place
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.webhooks import pages
from ocote.panel.webhooks.forms import EventsForm, RotateForm, WebhookForm
from ocote.store.engine.values import moment_text
from ocote.store.webhooks import WebhookRow
from ocote.vault import VaultError
from ocote.web.response import Response

_LIST: Final = "/webhooks"
_NO_EVENT: Final = "Elija al menos un suceso, o todos."
_NOT_TO_OPEN: Final = "El secreto guardado no se puede abrir con la clave de este servicio; avise a quien lo opera."


async def get_webhooks(request: PanelRequest) -> Response:
    """Shows the webhooks with their health."""
    hooks = await request.services.operation.webhooks.all(request.company_id)
    return request.page("webhooks/list.html", lines=pages.webhook_lines(hooks, _now(request)), may_edit=_may(request))


async def get_new_webhook(request: PanelRequest) -> Response:
    """Shows the form of a new webhook."""
    return request.page("webhooks/new.html", form=WebhookForm(every=True))


async def post_new_webhook(request: PanelRequest) -> Response:
    """Adds a webhook, and shows its secret this once."""
    form = WebhookForm(request.form)
    is_valid = form.validate()
    if not form.wanted():
        form.events.errors = [_NO_EVENT]
        is_valid = False
    if is_valid:
        member = request.membership
        try:
            secret = await request.services.operation.webhooks.add(
                member.nit, member.environment, str(form.url.data).strip(), form.wanted(), request.author
            )
        except WebhookError as error:
            form.url.errors = [str(error)]
        else:
            return request.page("webhooks/secret.html", secret=secret, url=form.url.data, is_new=True)
    return request.page("webhooks/new.html", 400, form=form)


async def get_webhook(request: PanelRequest) -> Response:
    """Shows a webhook with its deliveries."""
    return await _page(request, await _hook(request))


async def post_webhook_events(request: PanelRequest) -> Response:
    """Sets the events that the webhook receives."""
    hook, form = await _hook(request), EventsForm(request.form)
    form.validate()
    if not form.wanted():
        form.events.errors = [_NO_EVENT]
    if form.errors:
        return await _page(request, hook, form, 400)
    await request.services.operation.webhooks.choose(hook, form.wanted(), request.author)
    return request.redirect(_href(request), "El webhook recibe, desde ahora, esos sucesos.")


async def post_webhook_off(request: PanelRequest) -> Response:
    """Switches the webhook off."""
    hook = await _hook(request)
    try:
        await request.services.operation.webhooks.switch_off(hook, request.author)
    except WebhookError as error:
        return request.redirect(_href(request), str(error), "waiting")
    return request.redirect(_href(request), "El webhook quedó apagado: sus avisos se guardan 90 días.")


async def post_webhook_on(request: PanelRequest) -> Response:
    """Switches the webhook on; what was held waits until it is sent by hand."""
    hook = await _hook(request)
    try:
        held = await request.services.operation.webhooks.switch_on(hook, request.author)
    except WebhookError as error:
        return request.redirect(_href(request), str(error), "waiting")
    kept = phrase("Se guardaron %(n)s avisos: envíelos con «Enviar lo que no recibió».", n=held) if held else ""
    return request.redirect(_href(request), together(phrase("El webhook quedó encendido."), kept))


async def post_webhook_secret(request: PanelRequest) -> Response:
    """Gives the webhook another secret, and shows it this once."""
    hook, form = await _hook(request), RotateForm(request.form)
    if not form.validate():
        raise Refused("form_unreadable")
    try:
        keep = timedelta(hours=int(form.keep.data))
        secret = await request.services.operation.webhooks.rotate(hook, keep, request.author)
    except WebhookError as error:
        return request.redirect(_href(request), str(error), "bad")
    except VaultError:
        return request.redirect(_href(request), _NOT_TO_OPEN, "bad")
    return request.page("webhooks/secret.html", secret=secret, url=hook.url, is_new=False)


async def get_webhook_removal(request: PanelRequest) -> Response:
    """Asks whether the webhook is to be removed."""
    hook = await _hook(request)
    return request.page("webhooks/remove.html", line=pages.webhook_line(hook, _now(request)))


async def post_webhook_removal(request: PanelRequest) -> Response:
    """Removes the webhook and what waits for it."""
    await request.services.operation.webhooks.remove(await _hook(request), request.author)
    return request.redirect(request.link(_LIST), "El webhook quedó quitado.")


async def post_webhook_trial(request: PanelRequest) -> Response:
    """Sends a message that announces nothing, and shows the answer."""
    hook = await _hook(request)
    try:
        words = pages.trial_words(await request.services.operation.webhooks.try_out(hook))
    except VaultError:
        return request.redirect(_href(request), _NOT_TO_OPEN, "bad")
    return request.redirect(_href(request), words.text, words.tone)


async def post_webhook_missed(request: PanelRequest) -> Response:
    """Sends everything again that the webhook has not taken."""
    try:
        sent = await request.services.operation.webhooks.send_missed(await _hook(request), request.author)
    except WebhookError as error:
        return request.redirect(_href(request), str(error), "waiting")
    text = (
        phrase("Se enviarán %(n)s avisos en unos segundos.", n=sent) if sent else "No hay avisos que enviar otra vez."
    )
    return request.redirect(_href(request), text)


async def post_delivery_again(request: PanelRequest) -> Response:
    """Sends one announcement again."""
    webhooks, delivery_id = request.services.operation.webhooks, str(request.part("delivery_id"))
    row = await webhooks.delivery(request.company_id, delivery_id)
    back = request.link(f"{_LIST}/{row.target}")
    try:
        await webhooks.send_again(row, request.author)
    except WebhookError:
        return request.redirect(back, "Este aviso no se repite: se envía ahora, o el webhook está apagado.", "waiting")
    return request.redirect(back, "El aviso se enviará en unos segundos.")


async def _hook(request: PanelRequest) -> WebhookRow:
    """The webhook of the path. Raises Refused for one of another company, and for one that was removed."""
    return await request.services.operation.webhooks.one(request.company_id, str(request.part("webhook_id")))


async def _page(request: PanelRequest, hook: WebhookRow, form: EventsForm | None = None, status: int = 200) -> Response:
    place = read_place(request.query.get("before"))
    page = await request.services.operation.webhooks.deliveries(hook, place)
    line = pages.webhook_line(hook, _now(request))
    return request.page(
        "webhooks/one.html",
        status,
        line=line,
        held=await request.services.operation.webhooks.held(hook),
        form=form or EventsForm(every=hook.events is None, events=pages.chosen(hook)),
        rotation=RotateForm(),
        deliveries=tuple(pages.delivery_line(row, is_on=line.is_on) for row in page.rows),
        first_href=_href(request) if place is not None else None,
        next_href=place_href(_href(request), page.next_place),
        may_edit=_may(request),
    )


def _href(request: PanelRequest) -> str:
    return request.link(f"{_LIST}/{request.part('webhook_id')}")


def _may(request: PanelRequest) -> bool:
    return request.membership.may("edit_settings")


def _now(request: PanelRequest) -> str:
    return moment_text(request.services.clock())


_COMPANY: Final = "/c/{company_id:int}/webhooks"
_ONE: Final = f"{_COMPANY}/{{webhook_id}}"

ROUTES: Final = (
    PanelRoute(_COMPANY, "see_settings", get=get_webhooks),
    PanelRoute(f"{_COMPANY}/new", "edit_settings", get=get_new_webhook, post=post_new_webhook, is_guarded=True),
    PanelRoute(f"{_COMPANY}/deliveries/{{delivery_id}}", "edit_settings", post=post_delivery_again),
    PanelRoute(_ONE, "see_settings", get=get_webhook),
    PanelRoute(f"{_ONE}/events", "edit_settings", post=post_webhook_events),
    PanelRoute(f"{_ONE}/off", "edit_settings", post=post_webhook_off),
    PanelRoute(f"{_ONE}/on", "edit_settings", post=post_webhook_on),
    PanelRoute(f"{_ONE}/secret", "edit_settings", post=post_webhook_secret, is_guarded=True),
    PanelRoute(f"{_ONE}/remove", "edit_settings", get=get_webhook_removal, post=post_webhook_removal),
    PanelRoute(f"{_ONE}/test", "edit_settings", post=post_webhook_trial),
    PanelRoute(f"{_ONE}/missed", "edit_settings", post=post_webhook_missed),
)
