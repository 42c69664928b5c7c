"""Whether a watchlist hits far more, or far less, than it usually does."""
