"""Define the settings of one Clerk instance: options, their validation, and how they combine."""
