"""What the local instance knows of users, sessions, organizations and tokens, without HTTP."""
