"""The server below HTTP: who may connect, how much of a client is read and kept, and how an answer is written."""
