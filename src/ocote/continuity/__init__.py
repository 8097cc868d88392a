"""The continuity of numbers after a database was lost or went back: segments of the journal, and their replay."""
