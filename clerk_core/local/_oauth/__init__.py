"""The OAuth authorization server of the local instance: for clients, and pages for their users."""
