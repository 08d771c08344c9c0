"""The commands, thin: each reads its arguments, calls one function of a room below, and prints the answer."""
