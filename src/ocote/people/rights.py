"""The roles of people in a company, and what each role may do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

Role = Literal["owner", "accountant", "cashier", "reader"]

Right = Literal[
    "read",
    "issue",
    "cancel",
    "send_mail",
    "edit_items",
    "edit_customers",
    "export",
    "see_settings",
    "edit_settings",
    "edit_people",
    "edit_keys",
]
"""Something that the panel lets a person do in a company.

``read`` shows documents, customers and items; ``export`` hands out files, annexes and books; ``see_settings`` shows
keys, counters, contingencies, webhooks and the audit log.
"""

ROLES: Final[tuple[Role, ...]] = get_args(Role)

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        "owner": frozenset(get_args(Right)),
        "accountant": frozenset({"read", "export", "see_settings"}),
        "cashier": frozenset({"read", "issue", "cancel", "send_mail", "edit_customers"}),
        "reader": frozenset({"read"}),
    }
)
"""A cashier does this at the points of sale of the membership alone."""
