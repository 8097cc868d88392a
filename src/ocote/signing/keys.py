"""Loaded signing keys, kept because loading and checking a key takes as long as a hundred signatures."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


class KeyCache:
    """The keys used last, at most ``size`` of them, by certificate fingerprint. Safe to use from several threads.

    Callers that need one missing key at once share a single load. After a load that fails the next caller tries again.
    """

    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError("a key cache holds at least one key")
        self._size = size
        self._lock = threading.Lock()
        self._keys: OrderedDict[str, RSAPrivateKey] = OrderedDict()
        self._loads: dict[str, Future[RSAPrivateKey]] = {}

    def get(self, fingerprint: str, load: Callable[[], RSAPrivateKey]) -> RSAPrivateKey:
        """The key of this certificate, loaded with ``load`` if not in the cache. Raises the errors of ``load``."""
        with self._lock:
            held = self._keys.get(fingerprint)
            if held is not None:
                self._keys.move_to_end(fingerprint)
                return held
            load_of_another = self._loads.get(fingerprint)
            if load_of_another is None:
                mine = self._loads[fingerprint] = Future()
        if load_of_another is not None:
            return load_of_another.result()
        try:
            key = load()
        except BaseException as failure:
            with self._lock:
                self._loads.pop(fingerprint)
            mine.set_exception(failure)
            raise
        with self._lock:
            self._loads.pop(fingerprint)
            self._keys[fingerprint] = key
            while len(self._keys) > self._size:
                self._keys.popitem(last=False)
        mine.set_result(key)
        return key

    def __len__(self) -> int:
        with self._lock:
            return len(self._keys)
