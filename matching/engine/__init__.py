"""Pure matching: facts in, scores and compositions out. Deterministic, seeded, without Django."""
