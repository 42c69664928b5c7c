"""Terms, watchlists and the matcher."""
