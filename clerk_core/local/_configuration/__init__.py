"""The configuration file of an instance: read it, and create what it names."""
