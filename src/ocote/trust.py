"""The certificate authorities that the gateway trusts as a client of MH, mail servers and webhooks."""

import ssl
from functools import cache


@cache
def system_trust() -> ssl.SSLContext:
    """The TLS settings of a client: the authorities that this machine trusts, TLS 1.2 or newer.

    All clients share one result, because reading the authorities takes as long as a hundred signatures.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
