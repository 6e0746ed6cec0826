"""Forms of contact reasons, volumes and costs."""
