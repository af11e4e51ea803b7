"""Live preview while writing: watch, rebuild, reload. Loopback only; never writes into a person's files."""
