"""Settings that live in two places: an administrator edits them in the portal, the user in the client.

One row an extension and client kind, with a version. Both ways go through `service.change`, which checks, writes and
publishes `settings.changed`; a change made against an old version is refused with the present values.
"""
