"""A watch over Korean technology news: poll, match, store, alert."""
