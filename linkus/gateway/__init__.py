"""`/ws/events`: what happens, to every page and client that is connected."""
