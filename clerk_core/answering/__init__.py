"""Answering for the application: where to sign in, and what a request without access gets."""
