"""What the screens of contacts say."""
