"""JSON that a person can read: indented, with each row of a table on one line."""

from __future__ import annotations

import json
from typing import Any


def compact(value: Any, depth: int = 0) -> str:
    """`value` as JSON, indented as if `depth` levels deep; an object in a list is one line, whatever is in it.

    Raises:
        ValueError: it contains a number that is not finite, which JSON does not have.
    """
    inner, outer = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict) and value:
        parts = (f"{json.dumps(key)}: {compact(each, depth + 1)}" for key, each in value.items())
        return "{" + inner + f",{inner}".join(parts) + outer + "}"
    if isinstance(value, list | tuple) and any(isinstance(each, dict) for each in value):
        return "[" + inner + f",{inner}".join(json.dumps(each, allow_nan=False) for each in value) + outer + "]"
    return json.dumps(value, allow_nan=False)
