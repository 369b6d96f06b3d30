"""Refuse tokens of sessions that ended and of users who were banned, on all hosts."""
