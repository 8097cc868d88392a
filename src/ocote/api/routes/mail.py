"""The e-mails of a document: sending the document again, and the state of its e-mails."""

from ocote.api.bodies.mail import mailing_body
from ocote.api.envelope import with_warnings
from ocote.api.request import ApiRequest
from ocote.requests.mail import read_mail
from ocote.web.response import Response, ok


async def post_mail(request: ApiRequest) -> Response:
    """Queues a document to be sent again; the answer lists all its e-mails."""
    id_or_ref = request.id_or_ref()
    request.refuse_dry_run()
    body = await request.json_object_if_any()
    with request.strictness():
        to = read_mail(body, request.warnings)
    mailing = await request.services.mailbox.send_again(request.holder, id_or_ref, to)
    return ok(with_warnings(mailing_body(mailing), request.warnings))


async def get_mails(request: ApiRequest) -> Response:
    """All e-mails of a document, sent or still to be sent."""
    mailing = await request.services.mailbox.sendings(request.holder, request.id_or_ref())
    return ok(with_warnings(mailing_body(mailing), request.warnings))
