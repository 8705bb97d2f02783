"""Sessions: who is signed in, from which device, and until when."""
