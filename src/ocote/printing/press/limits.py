"""The limits of the press. They are no settings, because no operator has to decide them."""

from typing import Final

_KIB: Final = 1024
_MIB: Final = 1024 * _KIB

CHILDREN: Final = 2
"""Child processes of one gateway process. One of them is always free for short documents."""

CHILD_MEMORY: Final = 1024 * _MIB
"""The most memory of a child, as RLIMIT_DATA: the largest document that the API takes needs 650 MiB."""

USUAL_MEMORY: Final = 192 * _MIB
"""The resident memory above which a child is replaced; a child that sets short documents stays at 70 MiB."""

LONG_TEXT: Final = 96 * _KIB
"""The size of a signed text from which its document counts as long: 300 lines, set in a fifth of a second."""

LINE_BREAK: Final = 40
"""The characters that take as much paper as a line break."""

SHORT_WITHIN_S: Final = 20.0
"""Seconds for the PDF of a short document, which is usually set in a hundredth of a second."""

LONG_WITHIN_S: Final = 90.0
"""Seconds for the PDF of a long document; the largest takes 5 to 10 seconds of one core."""

ABANDONED_FOR_S: Final = 0.5
"""Seconds for which a PDF is still set after nobody waits for it: then ending the child costs less."""

WAITING_OF_COMPANY: Final = 8 * _MIB
WAITING_IN_ALL: Final = 64 * _MIB
"""The most bytes of documents that wait for their turn. A document counts at least as ``LEAST_WAITING``."""

LEAST_WAITING: Final = 32 * _KIB

LARGEST_PDF: Final = 64 * _MIB
"""The largest file that is read from a child: the PDF of the largest document has 5 MiB."""
