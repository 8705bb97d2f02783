"""One-time login credentials: a link or a QR code signs one client of one extension in, once."""
