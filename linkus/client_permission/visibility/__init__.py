"""Rules for which other extensions the user of an extension sees (客户端权限 > 分机可见性)."""
