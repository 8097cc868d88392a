"""The continuity of numbers after a database was lost or went back: segments of the journal, their
replay, and the watch over a database that goes back."""
