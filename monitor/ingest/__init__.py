"""Network in: fetch, decode, parse, date and identify."""
