"""The Linkus server page: the validity of login credentials. The welcome mail's template is stored beside it."""
