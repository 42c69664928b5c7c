"""The dashboard and what machines read: pages, JSON, feeds out, served by the daemon."""
