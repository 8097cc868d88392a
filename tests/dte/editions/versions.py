"""The versions of MH's schemas, written a second time from the official files."""

VERSIONS = {
    "01": (1, 2),
    "03": (3, 4),
    "05": (3, 4),
    "11": (1, 3),
    "14": (1, 2),
    "invalidation": (2, 3),
    "contingency": (3, 4),
}
"""By document type or event: the version in Normativa v1.x, and the one in v2.0."""
