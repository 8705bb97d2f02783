"""The audit log (维护 > 操作日志): who changed what, when, from where, before and after."""
