"""Other programs: the Linkus SDK's switch."""
