"""The demonstration: the whole platform on loopback, real sockets, one simulated carrier, one listener."""
