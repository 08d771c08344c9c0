"""What carriers say of a message: matched to it, and what that makes of its state and its money."""
