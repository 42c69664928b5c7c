"""Language analysis by libraries that need not be there."""
