"""Rules for which menus the user of an extension sees, and which settings they may change (PM-1 to PS-4)."""
