"""The Backend API as flows: which request to send, and how to read the response. No I/O."""
