"""Inbound routes by DID and outbound routes by pattern."""
