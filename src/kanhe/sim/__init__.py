"""Simulated carriers and customers over real sockets: for demos, tests, benches and users' own rehearsals."""
