"""`clerk-core doctor`, `verify` and `env`: what is wrong with a set-up, and what to do about it.

`findings` decides, without network, clock and environment; `probe` asks; `report` prints.
"""
