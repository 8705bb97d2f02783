"""Rules of the administrator for what users see and change in their clients."""
