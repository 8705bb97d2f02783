"""Settings with two editors: an administrator edits them in the portal, the user in the client.

Each client kind of an extension has one row with a version. Both editors use `service.change`, which checks, writes and
publishes `settings.changed`. A change against a stale version is refused with the present values.
"""
