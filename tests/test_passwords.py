"""Judging a new password leaves the loop to everybody else."""

import threading
from typing import Any

import pytest

from ocote.people import passwords
from ocote.people.passwords import WeakPasswordError, hash_new_password


async def test_a_new_password_is_judged_by_a_bounded_part_of_it_and_away_from_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged: list[tuple[str, str]] = []

    def estimate(text: str, user_inputs: list[str]) -> dict[str, Any]:
        judged.append((text, threading.current_thread().name.partition("_")[0]))
        return {"score": 0}

    monkeypatch.setattr(passwords, "zxcvbn", estimate)
    with pytest.raises(WeakPasswordError, match="se adivina pronto"):
        await hash_new_password("4@8({[</369&#!1/|0$5+7%2" * 5, ("Ana",))
    assert judged == [("4@8({[~/369&#~1/~0~5~7~24@8({[~/", "password")]


async def test_a_long_password_of_signs_is_a_good_one() -> None:
    assert (await hash_new_password("4@8({[</369&#!1/|0$5+7%2" * 3, ())).startswith("$argon2id$")
