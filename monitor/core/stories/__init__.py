"""Stories: the articles about one happening, found as they come in."""
