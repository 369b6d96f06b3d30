"""Outcomes: who is asking, what they may do, and what the response must carry."""
