"""Registrations of clients and phones; phones and revocations at the edge; SIP credentials."""
