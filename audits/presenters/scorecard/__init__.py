"""Providers on seven criteria: the table, one provider, its history, its reviews."""
