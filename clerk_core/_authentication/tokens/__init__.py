"""Verify tokens: key sets, signatures and claims."""
