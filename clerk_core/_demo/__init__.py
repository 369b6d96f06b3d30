"""The command `clerk-core demo`: run an example application with a local Clerk instance.

The applications are the files in `examples/`. The wheel contains them as `clerk_core/_examples/`.
"""
