"""Tools of the repository: not part of the application, never deployed with it."""
