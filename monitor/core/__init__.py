"""Pure decisions: no clock, no input or output, no library of the outside world."""
