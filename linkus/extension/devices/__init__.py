"""The devices that extension users are signed in on, as administrators see and end them."""
