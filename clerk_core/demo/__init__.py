"""The command `clerk-core demo`: an example application beside a local Clerk instance.

The applications are the files in `examples/`, which the wheel carries as `clerk_core/_examples/`.
"""
