"""HTTP transport: connections, deadlines, retries. The only importer of httpx and httpcore."""
