"""The Backend API of the local instance: one module for each resource, and the route table."""
