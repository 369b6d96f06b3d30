"""What Django does in its own way: settings, checks, class-based views, URLconfs, templates."""
