"""The Backend API as flows: what to send and how to read the answer, never the sending itself."""
