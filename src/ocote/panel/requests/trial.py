"""Answers ``/c/{company_id}/requests/trial``: a person tries a call of the API as a dry run, which issues nothing."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
import structlog

from ocote.archive.threads import in_thread
from ocote.documents.view import Refused
from ocote.drafting.originals import KeptCall
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.drafts.points import reachable_points
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.curl import command_of_call, server_of
from ocote.panel.frame.pace import keep_pace
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.requests import pages
from ocote.panel.requests.forms import TrialForm
from ocote.printing.names import title
from ocote.requests.trial import TRIAL_BODIES, TrialCall
from ocote.web.body import MAX_BODY_BYTES
from ocote.web.response import Response

_TRIAL: Final = "/c/{company_id:int}/requests/trial"
_LIMIT: Final = 3 * MAX_BODY_BYTES + 16 * 1024
"""Of the form: a form writes each byte of the body, which the API bounds, as three at most; the other fields are short.
"""

_PER_MINUTE: Final = 60
_PER_HOUR: Final = 1_000
_STRICT: Final = "Prefer: handling=strict"
_log = structlog.get_logger(__name__)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


async def get_trial(request: PanelRequest) -> Response:
    """Shows the form with an example, or with the call that a document keeps."""
    query = request.query
    call = await _kept_call(request)
    if call is None:
        endpoint = query.get("endpoint", "")
        endpoint = endpoint if endpoint in TRIAL_BODIES else next(iter(TRIAL_BODIES))
        call = KeptCall(endpoint, _example(endpoint, query.get("example", "")))
    form = await _form(request, TrialForm(endpoint=call.endpoint, body=_text(call.body)))
    return request.page("requests/trial.html", **_values(request, form))


async def post_trial(request: PanelRequest) -> Response:
    """Runs the call as a dry run, and shows the answer of the API."""
    form = await _form(request, TrialForm(request.form))
    if not form.validate():
        return request.page("requests/trial.html", 400, **_values(request, form))
    await keep_pace(request.services.limiter, f"trial/{request.person.id}", _PER_MINUTE, _PER_HOUR)
    endpoint, body, is_strict = str(form.endpoint.data), form.body.data or "", bool(form.is_strict.data)
    call = TrialCall(endpoint, body.encode(), request.origin, is_strict)
    answer = await request.services.operation.trials.run(request.caller(str(form.point.data)), call)
    _log.info(
        "trial_called", person=request.person.id, company=request.company_id, route=endpoint, status=answer.status
    )
    path, headers = f"{endpoint}?dry_run=1", (_STRICT,) if is_strict else ()
    curl = command_of_call(server_of(request), "POST", path, body, headers)
    words = await in_thread(pages.answer_words, answer, body)
    return request.page("requests/trial.html", **_values(request, form, words, curl))


async def _form(request: PanelRequest, form: TrialForm) -> TrialForm:
    """The form with its choices."""
    form.endpoint.choices = choices_of([(path, f"POST {path} · {_types(path)}") for path in TRIAL_BODIES])
    form.point.choices = choices_of((point, point) for point in await reachable_points(request))
    return form


def _values(
    request: PanelRequest, form: TrialForm, answer: pages.AnswerWords | None = None, curl: str = ""
) -> dict[str, Any]:
    here = request.link("/requests/trial")
    return {
        "form": form,
        "answer": answer,
        "curl": curl,
        "here": here,
        "examples": tuple(_examples(here)),
        "may_see_list": request.membership.may("see_settings"),
    }


def _examples(here: str) -> Iterable[tuple[str, str]]:
    """The examples of the OpenAPI document: the address that fills one in, and its title there, in English."""
    for endpoint, body in TRIAL_BODIES.items():
        for name, example in body.examples.items():
            yield f"{here}?endpoint={endpoint}&example={name}", str(example["summary"])


def _example(endpoint: str, name: str) -> Mapping[str, Any]:
    """An example of the body of an endpoint by its name; the first one for an unknown name."""
    examples = TRIAL_BODIES[endpoint].examples
    value: Mapping[str, Any] = examples.get(name, next(iter(examples.values())))["value"]
    return value


async def _kept_call(request: PanelRequest) -> KeptCall | None:
    """The call that the document of the address keeps; None without one, or without the right to see it."""
    document = request.query.get("document")
    if not document:
        return None
    try:
        return await request.services.originals.request(request.membership, document)
    except Refused:
        return None


def _types(endpoint: str) -> str:
    return ", ".join(title(code) for code, each in DOCUMENT_TYPES.items() if each.endpoint == endpoint)


def _text(body: object) -> str:
    return msgspec.json.format(_ENCODER.encode(body), indent=2).decode()


ROUTES: Final = (PanelRoute(_TRIAL, "issue", get=get_trial, post=post_trial, limit=_LIMIT),)
