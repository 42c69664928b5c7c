"""Tables, transactions and repositories."""
