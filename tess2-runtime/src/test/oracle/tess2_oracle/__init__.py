"""The naive reference for TESS 2: the specification's formulas, written down one by one.

Nothing in here is fast. The simplex is always the full ``[B, L, V]`` tensor, the nucleus is found
by sorting, and the head runs over every position, so that each line can be held against the
specification. The transformer underneath is the real one of Hugging Face ``transformers``.
"""
