"""Korean text: normalisation with a map back to the original, boundaries, sentences."""
