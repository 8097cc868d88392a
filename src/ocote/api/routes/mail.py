"""What is e-mailed of a document: sending it again, and seeing how that went."""

from ocote.api.bodies.mail import mailing_body
from ocote.api.call import Call
from ocote.api.requests.mail import read_mail
from ocote.web.answer import Answer, ok


async def post_mail(call: Call) -> Answer:
    """Queues a document to be sent again; the answer lists it among all that was sent."""
    id_or_ref = call.id_or_ref()
    call.refuse_dry_run()
    to = read_mail(await call.json_object_if_any())
    return ok(mailing_body(await call.gateway.send_mail(call.holder, id_or_ref, to)))


async def get_mails(call: Call) -> Answer:
    """What was and is to be sent of a document."""
    return ok(mailing_body(await call.gateway.mails(call.holder, call.id_or_ref())))
