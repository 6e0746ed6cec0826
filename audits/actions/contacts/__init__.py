"""Changes to reasons, volumes and costs of contacts."""
