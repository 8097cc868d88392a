"""The points of sale at which a person issues."""

from ocote.documents.view import Refused
from ocote.panel.frame.request import PanelRequest


async def reachable_points(request: PanelRequest) -> tuple[str, ...]:
    """The company's points of sale (``M001P001``) that the person's role reaches. Raises Refused for none."""
    company = await request.services.companies.get(request.company_id)
    points = tuple(
        sorted(
            f"{branch}{pos}"
            for branch, pos in company.establishment_kinds
            if request.membership.reaches(f"{branch}{pos}")
        )
    )
    if not points:
        raise Refused("right_missing")
    return points
