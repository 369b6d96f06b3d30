"""The demo: a Clerk-protected application and a local Clerk instance, started with one command.

The application is written as a user of this library would write it; it may not know that the
instance is a local one.
"""
