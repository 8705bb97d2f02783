"""Rules for what the user of an extension sees and changes in the Linkus clients (客户端权限)."""
