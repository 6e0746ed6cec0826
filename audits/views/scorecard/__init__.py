"""Screens of the scorecard of providers: the table, one provider, the grid, the reviews."""
