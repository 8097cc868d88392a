"""One description of a company: its fields, their rules and the sentences for what is wrong with them.

Every front end, such as the company file, brings plain values to ``check.check_company``, in dictionaries that have the
shape of ``fields.COMPANY``, and receives the checked company or every fault with the path of its field.

To add a field:

1. ``value.py``: the field in ``CompanyDescription``, or in the value of its group.
2. ``fields.py``: one ``Part`` in the table of its group, and one line in the function that builds the group.
   Use a rule of ``rules.py``, or write one there: a frozen struct whose ``read`` raises ValueError with a Spanish text.
   What two fields say together is checked where the group is built, with ``Contradiction``.
3. Where documents or events need the field: ``Profile`` in ``companies/company.py`` and ``_profile`` in
   ``companies/registry.py``.

The company file then takes the field as it is. Only a rule for values that TOML writes without quotes needs its
sentence in ``companies/file/toml.py``.
"""
