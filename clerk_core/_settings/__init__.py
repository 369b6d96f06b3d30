"""The settings of one Clerk instance: options, how each is read, and what fits together."""
