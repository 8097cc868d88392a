"""The annexes and legal books of a month."""
