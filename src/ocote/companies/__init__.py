"""Companies that issue: their file, their keys, their certificates, their brand."""
