"""Settings of the whole suite."""

from __future__ import annotations

import os
import signal

from hypothesis import settings

# No example fails for being slow on a busy machine; where nobody watches, every run tries the same examples.
settings.register_profile("gleanings", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("gleanings")

# A shell without job control starts what is put into the background deaf to Ctrl-C, and all that this starts with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
