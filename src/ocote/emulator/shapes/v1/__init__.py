"""Shapes of Normativa v1.x: schema versions 1 and 3 of the documents, 2 and 3 of the events."""
