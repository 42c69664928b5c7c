"""The user's config.yaml: model, loading, errors with line and column."""
