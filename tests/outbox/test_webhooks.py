"""Which addresses may be registered as webhooks."""

import pytest

from ocote.outbox.webhook_error import WebhookError
from ocote.outbox.webhooks import checked_url


@pytest.mark.parametrize(
    "url",
    [
        "https://erp.example.com/ocote",
        "https://erp.example.com:8443/ocote?token=a%20b",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/x",
    ],
)
def test_a_public_address_over_https(url: str) -> None:
    assert checked_url(url, allow_private=False) == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://erp.example.com/", "https://"),
        ("ftp://erp.example.com/", "no es una dirección como"),
        ("erp.example.com", "no es una dirección como"),
        ("https://", "no es una dirección como"),
        ("https://[", "no es una dirección como"),
        ("https://erp.example.com:99999/", "no es una dirección como"),
        ("https://erp.example.com/a b", "no es una dirección como"),
        ("https://erp.example.com/\r\nHost: x", "no es una dirección como"),
        ("https://user:secret@erp.example.com/", "usuario"),
        ("https://erp.example.com/#x", "«#»"),
        ("https://erp.example.com/" + "x" * 2000, "2000 caracteres"),
        ("https://127.0.0.1/", "no es una dirección pública"),
        ("https://169.254.169.254/latest", "no es una dirección pública"),
        ("https://[::1]/", "no es una dirección pública"),
        ("https://localhost/", "no es una dirección pública"),
        ("https://metadata.google.internal/", "no es una dirección pública"),
    ],
)
def test_everything_else_is_refused_with_the_reason(url: str, said: str) -> None:
    with pytest.raises(WebhookError, match=said):
        checked_url(url, allow_private=False)


def test_the_operator_may_admit_the_own_network() -> None:
    for url in ("http://127.0.0.1:9000/", "http://erp.local/", "https://10.0.0.8/x"):
        assert checked_url(url, allow_private=True) == url
