"""``make bench``: what one document costs, measured on real processes and sockets.

The yardstick is the one cost nobody can avoid, a 2048-bit RSA signature for each document.
"""
