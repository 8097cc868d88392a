"""The companies that issue: their file, keys, certificates and brand."""
