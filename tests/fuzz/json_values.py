"""Anything that JSON can say, and what is likely to be mistaken for something else."""

from __future__ import annotations

from hypothesis import strategies as st

ODD_NUMBERS = st.sampled_from([0, -1, 1e308, -1e308, 5e-324, 10**400, 2**31, 2**63, 2**64, True, False])
ODD_TEXTS = st.sampled_from(
    ["", " ", "\0", "\ud800", "\u202e", "../..", "=1+1", "<script>", "nan", "inf", "1e999", "1_000", "٣", "x" * 5000]
)
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), ODD_NUMBERS)
TEXTS = st.one_of(st.text(), ODD_TEXTS)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(TEXTS, inner, max_size=5)),
    max_leaves=9,
)
