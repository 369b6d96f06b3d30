"""Implement the Backend API of the local instance: a module for each resource, and the routes."""
