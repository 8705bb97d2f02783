"""Who is registered where; what the edge holds of phones and revocations; credentials for SIP."""
