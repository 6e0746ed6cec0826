"""The person's own account, and the people and organisations that one manages."""
