"""Cases that nobody has thought of: the same in each run, or others with `--hypothesis-profile=new`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck)}

settings.register_profile("same", derandomize=True, database=None, **COMMON)  # type: ignore[arg-type]
settings.register_profile("new", derandomize=False, database=None, print_blob=True, **COMMON)  # type: ignore[arg-type]
settings.load_profile("same")
