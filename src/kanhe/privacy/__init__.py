"""A person's rights: what must still be kept of them, and who asked to be forgotten."""
