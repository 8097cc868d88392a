"""The bounds for one client: bytes, work and time. Connections are bounded in ``seats``."""

from typing import Final

LONGEST_HEAD: Final = 64 * 1024
"""The most bytes of a request line with its headers, and of all other input beyond as many bytes of a body."""

PARSED_AT_ONCE: Final = 2 * 1024
"""Bytes given to the parser in one step: a head is measured to within so many."""

LONGEST_TARGET: Final = 8 * 1024
"""The most bytes of path and query together."""

MOST_HEADERS: Final = 100

MOST_QUEUED: Final = 16
"""The most requests that a client may send ahead while another request is being answered."""

FREE_CHUNKS: Final = 1024
"""The chunks of a body beside one for each ``SMALL_CHUNK`` bytes of it; trailers count as chunks.

As many TLS records of a connection may be small beside one for each ``SMALL_CHUNK`` bytes of the latest.
"""

SMALL_CHUNK: Final = 64

HEAD_WITHIN_S: Final = 12.0
"""Seconds for the first byte and the head of a request together, and for the TLS handshake."""

MOST_IDLE_RECORDS: Final = 32
"""TLS records without data in the life of a connection: a handshake takes four at most, a change of keys one."""

BODY_GRACE_S: Final = 15.0

SLOWEST_BODY: Final = 8 * 1024
"""Bytes: a body has the grace, and a second for each so many bytes."""

RECEIVED_AHEAD: Final = 128 * 1024
"""Bytes that the system takes from a client before they are read: the loop reads no more of one in a turn."""

READING_WITHIN_S: Final = 120.0
"""Seconds that a response may stay unread before the connection is cut."""

UNREAD: Final = 64 * 1024
"""Bytes of a response that are written ahead of a client that reads slowly."""

LINGER_S: Final = 30.0
"""Seconds for a client to read its refusal while it is still sending."""

MOST_DISCARDED: Final = 32 * 1024 * 1024
"""Bytes thrown away unparsed after a refusal: a client that cannot send the rest would never read the answer."""

DISCARDED_AFTER_A_FAULT: Final = 256 * 1024
"""Bytes thrown away after malformed HTTP."""

LOOK_EVERY_S: Final = 2.0
"""Seconds between two looks at the time limits of a connection."""
