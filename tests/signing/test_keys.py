import threading
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ocote.signing.keys import KeyCache
from tests.builders.certificate import rsa_key


class Loads:
    """A way to load a key that counts how often it is used."""

    def __init__(self) -> None:
        self.count = 0

    def of(self, name: str) -> Callable[[], RSAPrivateKey]:
        def load() -> RSAPrivateKey:
            self.count += 1
            return rsa_key(name)

        return load


def test_a_key_is_loaded_once_and_then_kept() -> None:
    cache, loads = KeyCache(2), Loads()

    first = cache.get("a", loads.of("company"))
    second = cache.get("a", loads.of("company"))

    assert first is second
    assert loads.count == 1


def test_the_key_used_longest_ago_makes_room() -> None:
    cache, loads = KeyCache(2), Loads()
    cache.get("a", loads.of("company"))
    cache.get("b", loads.of("company"))
    cache.get("a", loads.of("company"))
    cache.get("c", loads.of("company"))

    assert len(cache) == 2
    cache.get("a", loads.of("company"))
    assert loads.count == 3
    cache.get("b", loads.of("company"))
    assert loads.count == 4


def test_a_load_that_fails_is_tried_again_by_the_next_caller() -> None:
    cache, loads = KeyCache(2), Loads()

    def fail() -> RSAPrivateKey:
        raise ValueError("damaged")

    with pytest.raises(ValueError, match="damaged"):
        cache.get("a", fail)
    assert cache.get("a", loads.of("company")) is rsa_key("company")


def test_callers_in_many_threads_share_one_load() -> None:
    cache, loads = KeyCache(2), Loads()
    started, release = threading.Event(), threading.Event()
    load = loads.of("company")

    def slow_load() -> RSAPrivateKey:
        started.set()
        release.wait()
        return load()

    got: list[RSAPrivateKey] = []
    threads = [threading.Thread(target=lambda: got.append(cache.get("a", slow_load))) for _ in range(8)]
    for thread in threads:
        thread.start()
    started.wait()
    release.set()
    for thread in threads:
        thread.join()

    assert loads.count == 1
    assert len(got) == 8
    assert all(key is got[0] for key in got)


def test_callers_waiting_for_a_load_that_fails_see_its_failure() -> None:
    cache = KeyCache(1)
    started, release = threading.Event(), threading.Event()
    failures: list[str] = []

    def fail() -> RSAPrivateKey:
        started.set()
        release.wait()
        raise ValueError("damaged")

    def ask() -> None:
        try:
            cache.get("a", fail)
        except ValueError as failure:
            failures.append(str(failure))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    started.wait()
    release.set()
    for thread in threads:
        thread.join()
    assert failures == ["damaged"] * 3
    assert len(cache) == 0


def test_a_cache_without_room_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        KeyCache(0)
