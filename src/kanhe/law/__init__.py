"""The rule packs: what the law of a jurisdiction asks, as data, with the number plan, clock and calendar it needs."""
