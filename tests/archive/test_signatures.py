"""Texts of an earlier certificate are told from damaged ones by their place in time, as far as that is possible."""

import pytest

from ocote.archive.walking.signatures import SignatureHistory, Signatures, Signer, SigningSpan
from ocote.signing.jws import sign
from tests.builders.certificate import rsa_key

TEXT = b'{"identificacion":{}}'
OLD, NEW = "former", "present"


def day(number: int, second: int = 0) -> str:
    return f"2026-06-{number:02d}T12:00:{second:02d}.000000Z"


def judged(signatures: Signatures, *texts: tuple[str, str]) -> tuple[list[Signer], SignatureHistory]:
    """Judges texts in the order of their moments; each is signed by a key at a moment."""
    history, verdicts = SignatureHistory(), []
    for key, moment in texts:
        text = sign(TEXT, rsa_key(key))
        verdict, history = signatures.judge(text, SigningSpan(moment, moment), history)
        verdicts.append(verdict)
    return verdicts, history


def company(*keys: str, renewed_at: str | None) -> Signatures:
    return Signatures([rsa_key(key).public_key() for key in keys], renewed_at)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([(NEW, day(1)), (OLD, day(2)), (NEW, day(3))], ["known", "nobody", "known"]),
        ([(OLD, day(1)), (NEW, day(2))], ["nobody", "known"]),
    ],
)
def test_a_company_registered_once_has_no_earlier_certificate(
    texts: list[tuple[str, str]], expected: list[Signer]
) -> None:
    assert judged(company(NEW, renewed_at=None), *texts)[0] == expected


def test_before_the_renewal_and_the_first_use_of_the_present_certificate_a_text_is_doubtful() -> None:
    verdicts, history = judged(
        company(NEW, renewed_at=day(5)), (OLD, day(1)), (OLD, day(4)), (NEW, day(6)), (OLD, day(7)), (NEW, day(8))
    )
    assert verdicts == ["doubtful", "doubtful", "known", "nobody", "known"]
    assert history == SignatureHistory(day(6), 2, day(1), day(4))


def test_after_the_first_use_of_a_certificate_a_text_that_it_did_not_sign_is_damaged() -> None:
    """The company was registered again with the same certificate."""
    verdicts, _ = judged(company(NEW, renewed_at=day(9)), (NEW, day(1)), (OLD, day(2)))
    assert verdicts == ["known", "nobody"]


def test_after_the_renewal_a_text_is_damaged_even_before_the_first_use_of_the_certificate() -> None:
    verdicts, _ = judged(company(NEW, renewed_at=day(3)), (OLD, day(1)), (OLD, day(4)))
    assert verdicts == ["doubtful", "nobody"]


def test_for_a_moment_after_the_renewal_another_process_may_still_use_the_former_certificate() -> None:
    verdicts, _ = judged(
        company(NEW, renewed_at=day(3)), (OLD, day(1)), (NEW, day(3, 1)), (OLD, day(3, 5)), (OLD, day(3, 20))
    )
    assert verdicts == ["doubtful", "known", "doubtful", "nobody"]


def test_with_the_former_certificate_at_hand_nothing_after_its_first_use_is_doubtful() -> None:
    verdicts, _ = judged(
        company(NEW, OLD, renewed_at=day(5)), ("older", day(1)), (OLD, day(2)), ("older", day(3)), (NEW, day(6))
    )
    assert verdicts == ["doubtful", "known", "nobody", "known"]


def test_a_text_signed_again_later_does_not_say_that_its_certificate_was_there_before() -> None:
    signatures = company(NEW, renewed_at=day(5))
    text = sign(TEXT, rsa_key(NEW))
    _, history = signatures.judge(text, SigningSpan(day(1), day(6)), SignatureHistory())
    assert history.first_known == day(6)
    _, history = signatures.judge(text, SigningSpan(day(1), None), SignatureHistory())
    assert history.first_known is None
