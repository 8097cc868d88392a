"""The backup file: how it is made, checked and restored."""
