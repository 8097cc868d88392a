"""MH offline: an emulator of the tax authority's transmission service, built only from MH's written rules.

The emulator shares no code with the gateway: a rule misread on one side shows as a rejection on the other. Sources are
``docs/mh/protocol.md``, ``rules.md``, ``arithmetic.md`` and ``signing.md``; where these leave a value open, a comment
beside the value says that the value is this package's choice.
"""
