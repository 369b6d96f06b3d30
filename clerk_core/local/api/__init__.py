"""The Backend API of the local instance: one module a resource, and the table of its routes."""
