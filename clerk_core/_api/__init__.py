"""Call the Backend API as flows: build requests and parse responses, without I/O."""
