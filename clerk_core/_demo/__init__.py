"""Implement the command `clerk-core demo`: an example application with a local Clerk instance.

The applications are the files in `examples/`. The wheel contains them as `clerk_core/_examples/`.
"""
