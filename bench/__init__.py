"""``make bench``: the cost of one document, measured on real processes and sockets.

The unit of comparison is the one unavoidable cost, a 2048-bit RSA signature for each document.
"""
