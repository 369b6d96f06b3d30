"""Reading a request: everything it carries, and nothing about whether any of it holds."""
