"""The gate: may this message go, and why. Pure: facts in, verdicts out, no clock and no I/O."""
