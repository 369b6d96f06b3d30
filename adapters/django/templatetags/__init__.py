"""The template tags of Clerk."""
