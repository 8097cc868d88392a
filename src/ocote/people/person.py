"""The person at the panel, with the companies in which the person has a role."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from ocote.dte.sale import Environment
from ocote.people.rights import RIGHTS, Right, Role

Language = Literal["es", "en"]


class Membership(Struct, frozen=True):
    """The role of a person in a company.

    ``points`` are the points of sale (``M001P001``) of a cashier; none means all of the company.
    """

    company_id: int
    company_name: str
    nit: str
    environment: Environment
    company_active: bool
    role: Role
    points: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the company."""
        return self.company_name

    def may(self, right: Right) -> bool:
        """Whether the role has a right."""
        return right in RIGHTS[self.role]

    def reaches(self, point: str) -> bool:
        """Whether documents of a point of sale are among those that the person sees and issues."""
        return not self.points or point in self.points


class PanelPerson(Struct, frozen=True):
    """A person who can log in. ``memberships`` are in the order of the companies' names.

    A person without a password comes with an identity provider or a passkey.
    """

    id: int
    email: str
    name: str
    is_operator: bool
    language: Language
    has_authenticator: bool
    has_passkey: bool
    memberships: tuple[Membership, ...] = ()
    has_password: bool = True

    @property
    def has_second_factor(self) -> bool:
        """Whether the person is asked for more than the password; nobody asks for it where there is no password."""
        return self.has_password and (self.has_authenticator or self.has_passkey)

    def membership(self, company_id: int) -> Membership | None:
        """The person's role in a company; None for a company that the person does not see."""
        return next((each for each in self.memberships if each.company_id == company_id), None)


class Session(Struct, frozen=True):
    """A session of a person who has logged in.

    ``id`` is the SHA-256 (hex) of the secret in the cookie. ``confirmed_at`` is the aware UTC instant at which the
    person last proved who they are.
    """

    id: str
    person: PanelPerson
    created_at: datetime
    confirmed_at: datetime


def shown_name(typed: str) -> str:
    """A name as it is shown: blanks between its words alone, and no character that nobody sees.

    >>> shown_name(" Ana\\u202e  María\\n")
    'Ana María'
    """
    words = ("".join(letter for letter in word if letter.isprintable()) for word in typed.split())
    return " ".join(word for word in words if word)
