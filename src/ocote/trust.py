"""Whom the gateway trusts when it is the client: MH, mail servers and the receivers of webhooks."""

import ssl
from functools import cache


@cache
def system_trust() -> ssl.SSLContext:
    """The authorities that this machine trusts, TLS 1.2 or newer.

    Shared by all that connects, and read once: that takes as long as a hundred signatures.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
