"""The judgements about an installation that ``ocote doctor`` and the panel share. Texts are Spanish."""
