"""Plans calls: the facts of a call, the rules that decide about it, and the answer to the core."""
