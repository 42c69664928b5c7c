"""The use cases that join the rooms; they open and close transactions."""
