"""Represent the results of authentication: states, Auth objects and authorization checks."""
