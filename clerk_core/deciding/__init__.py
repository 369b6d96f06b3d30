"""Deciding: an ordered list of small steps, of which the first to answer wins."""
