"""The walk through the archive that compares everything kept with everything else, and changes nothing.

``walk`` reads page after page; what is right and what is a fault is decided by functions over the rows of a page:
``documents`` and ``events`` compare a row with its signed text, ``signatures`` checks who signed it, ``numbering``
looks for gaps, ``stamps`` for stamps that two documents share. ``position`` is where an interrupted walk goes on.
"""
