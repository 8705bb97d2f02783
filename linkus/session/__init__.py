"""Sessions: who is signed in, from which device, until when."""
