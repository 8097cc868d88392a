"""Finds the draft of a request, closed if its document is there, and at a point of sale that the person reaches."""

from msgspec.structs import replace

from ocote.documents.view import Refused
from ocote.drafting.drafts import MOST_OPEN, KeptDraft
from ocote.drafting.fields import storable
from ocote.drafting.originals import document_point
from ocote.panel.drafts.points import reachable_points
from ocote.panel.frame.request import PanelRequest
from ocote.store.document_row import DocumentRow
from ocote.web.response import Response


async def opened(request: PanelRequest, draft_id: str) -> tuple[KeptDraft, DocumentRow | None]:
    """The person's draft and the document under its reference. Raises Refused for a document out of reach.

    A draft at a point of sale that the person no longer reaches stands at another one.
    """
    services = request.services
    kept = await services.drafts.get(request.company_id, request.person.id, storable(draft_id))
    [draft] = await services.draft_issuer.settled((kept,), request.author)
    document = await services.draft_issuer.document(draft)
    if document is not None and not request.membership.reaches(document_point(document)):
        raise Refused("page_not_found")
    if draft.document_id is None and draft.point not in (points := await reachable_points(request)):
        draft = replace(draft, point=points[0])
    return draft, document


def too_many(request: PanelRequest) -> Response:
    """Leads to the list of a person who has as many open drafts as there may be."""
    text = request.say("Tiene {most} borradores abiertos: emita o descarte alguno antes de empezar otro.")
    return request.redirect(request.link("/drafts"), text.format(most=MOST_OPEN), "bad")
