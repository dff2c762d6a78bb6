"""A naive reference implementation of TESS 2: the specification's formulas, one by one.

Nothing in here is fast. The simplex is always the full ``[B, L, V]`` tensor, the nucleus is found
by sorting, and the head runs over every position, so that each line can be compared with the
specification. The transformer is the real one from Hugging Face ``transformers``.
"""
