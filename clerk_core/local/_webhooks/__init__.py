"""Send webhooks: the endpoints, the deliveries to them, and the thread that sends."""
