"""Send HTTP requests: connections, deadlines, retries. The only importer of httpx and httpcore."""
