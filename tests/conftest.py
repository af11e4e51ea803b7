"""Settings of the whole suite."""

from __future__ import annotations

import os

from hypothesis import settings

# No example fails for being slow on a busy machine; where nobody watches, every run tries the same examples.
settings.register_profile("gleanings", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("gleanings")
