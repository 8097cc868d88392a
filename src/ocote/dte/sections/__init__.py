"""Blocks of MH's JSON that several document types share, by edition where the editions differ."""
