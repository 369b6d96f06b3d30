"""Define the version of this distribution, and that of the Backend API."""

__version__ = "1.0.0rc1"

# Sent as Clerk-API-Version: https://clerk.com/docs/guides/development/upgrading/versioning
API_VERSION = "2026-05-12"
