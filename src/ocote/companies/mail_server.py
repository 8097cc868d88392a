"""The mail server of a company, as messages are handed to it."""

from ocote.companies.description.value import SmtpAccess
from ocote.mail.smtp import MailServer


def mail_server_of(access: SmtpAccess, timeout_s: float) -> MailServer:
    """The server of an access. ``timeout_s`` bounds each step.

    Raises UnsendableError for a password that would travel unencrypted.
    """
    return MailServer(
        host=access.host,
        port=access.port,
        security=access.security,
        user=access.user,
        password=access.password,
        timeout_s=timeout_s,
    )
