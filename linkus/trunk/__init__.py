"""SIP trunks: the lines to providers."""
