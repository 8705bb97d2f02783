"""The Linkus server page: the validity of login credentials, and the welcome mail that carries them."""
