"""The faults that the program survives, each proved by tests of its number: `python -m tests.faults`."""
