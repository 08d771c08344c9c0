"""What keeps the house: due messages, recovery at start, merging of tails, checkpoints, expiry."""
