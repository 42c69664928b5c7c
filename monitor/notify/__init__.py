"""Network out: render an alert and send it to one recipient."""
