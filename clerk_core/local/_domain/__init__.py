"""Implement the domain of the local instance: users, sessions, organizations and tokens.

It must not know HTTP.
"""
