"""MH offline: the tax authority's transmission service, judged from its written rules alone.

It shares no code with the gateway, so a rule misread on one side shows as a rejection on the other. Sources are
``mh/protocol.md``, ``mh/rules.md``, ``mh/arithmetic.md`` and ``mh/signing.md``; every value that these leave open and
this package had to choose says so where it stands.
"""
