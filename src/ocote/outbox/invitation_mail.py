"""Mails an invitation through the mail server of its company. The link is kept nowhere."""

from email.message import EmailMessage

from msgspec import Struct

from ocote.clock import Clock
from ocote.companies.company import Company
from ocote.companies.description.value import SmtpAccess
from ocote.mail.invitation import InvitationLanguage, InvitationLetter, LetterAddresses, invitation_mail
from ocote.outbox.company_mailer import CompanyMailer, MailOutcome
from ocote.people.invitations import INVITATION_VALID, Invited


class InvitationLink(Struct, frozen=True):
    """The link of an invitation, a secret, and the language in which it is mailed."""

    href: str
    language: InvitationLanguage = "es"

    def __repr__(self) -> str:
        return "<InvitationLink>"


async def mail_invitation(mailer: CompanyMailer, clock: Clock, invited: Invited, link: InvitationLink) -> MailOutcome:
    """Mails the link to the invited person at once. Raises LookupError for an invitation into no company."""
    if invited.company_id is None:
        raise LookupError("no company, and hence no mail server")
    now = clock()

    def write(access: SmtpAccess, company: Company) -> EmailMessage:
        profile = company.profile
        letter = InvitationLetter(
            company=profile.trade_name or profile.name,
            colour=profile.brand.colour,
            role=invited.role or "",
            link=link.href,
            until=now + INVITATION_VALID,
            language=link.language,
        )
        return invitation_mail(letter, LetterAddresses(access.sender, invited.email, access.reply_to), now)

    return await mailer.send(invited.company_id, write)
