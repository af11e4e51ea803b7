"""The command line: the only place with a terminal, a clock, an environment. `app` is the door; see there."""
