"""The mail server of a company, as messages are handed to it."""

from ocote.companies.description.value import SmtpAccess
from ocote.mail.address import mail_address
from ocote.mail.smtp import MailServer


def mail_server_of(access: SmtpAccess, timeout_s: float) -> MailServer:
    """The server of an access. The gateway introduces itself by ``helo``, or by the domain of the sender.

    ``timeout_s`` bounds each step. Raises UnsendableError for a sender that is no address, or a password that would
    travel unencrypted.
    """
    return MailServer(
        host=access.host,
        port=access.port,
        security=access.security,
        helo=access.helo or mail_address(access.sender).domain,
        user=access.user,
        password=access.password,
        timeout_s=timeout_s,
    )
