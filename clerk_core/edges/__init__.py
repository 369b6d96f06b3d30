"""The edges: the only floor that opens sockets, reads the clock and the environment, and logs."""
