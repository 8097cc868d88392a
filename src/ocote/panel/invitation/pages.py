"""The words of an invitation."""

from collections.abc import Callable

from ocote.people.invitations import OpenInvitation

_AS = {
    "owner": "como propietario",
    "accountant": "como contador",
    "cashier": "como cajero",
    "reader": "para consultar",
}


def invited_to(invitation: OpenInvitation, say: Callable[[str], str]) -> str:
    """The place and the role that an invitation gives, such as ``Ferretería Sol, como cajero``."""
    if invitation.role is None or invitation.role in ("entry", "reset"):
        return say("la operación de este servicio")
    return f"{invitation.company_name}, {say(_AS[invitation.role])}"
