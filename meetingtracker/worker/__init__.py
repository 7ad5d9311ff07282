"""What runs beside the pages: outgoing mail."""
