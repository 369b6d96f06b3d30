"""Implement the account portal of the local instance: pages to sign in and sign out."""
