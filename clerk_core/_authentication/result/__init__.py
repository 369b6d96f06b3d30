"""Results: who makes the request, what they may do, and what the response must carry."""
