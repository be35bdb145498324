"""A language model in the place of the fixed plan: the same tools, the same budget, the same form of an answer."""
