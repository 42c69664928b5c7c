"""What the stored articles suggest to write into the configuration."""
