"""The domain logic of the local instance: users, sessions, organizations and tokens.

It must not know HTTP.
"""
