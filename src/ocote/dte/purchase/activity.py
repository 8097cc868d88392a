"""The economic activity of the seller of a purchase, which most purchases leave out."""

from ocote.dte.purchase.value import Seller
from ocote.dte.sections.parties import activity_name


def seller_activity(seller: Seller) -> str | None:
    """MH's label of the seller's activity; None without an activity. Raises InvalidSale for a code not in CAT-019."""
    return seller.activity_code and activity_name(seller.activity_code, "subject.activity_code")
