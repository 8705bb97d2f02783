"""The Linkus server page: how long login credentials hold, and the welcome mail that carries them."""
