"""Measuring: the platform in a process of its own, driven over real sockets; CPU read from the system's own accounting."""
