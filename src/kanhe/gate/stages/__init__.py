"""The stages: one file per question. Each answers from the standing facts, or returns the question to ask of each message."""
