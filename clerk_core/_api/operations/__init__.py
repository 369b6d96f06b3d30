"""The operations of the Backend API, a file for each resource; names are those of the URLs."""
