"""Plugins: the hooks, how plugins are found, and the plugins of this distribution."""
