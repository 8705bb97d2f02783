import { defineText } from "@linkus/ui/text";

export const useSecurityText = defineText(
  "security",
  {
    title: "被封锁 IP",
    intro: "反复认证失败的 IP 地址会被自动封锁一段时间，期间服务器不响应其 SIP 请求。",
    searchHint: "搜索 IP 地址或账号",
    address: "IP 地址",
    reason: "原因",
    failures: "失败次数",
    identity: "最后尝试的账号",
    since: "封锁时间",
    until: "解封时间",
    remaining: "剩余 {{time}}",
    forever: "直到手动解除",
    unblock: "解除封锁",
    unblockAsk: "解除对 {{address}} 的封锁？此地址可立即重新注册和呼叫。",
    unblocked: "已解除对 {{address}} 的封锁",
    empty: "没有被封锁的 IP 地址",
    emptyText: "5 分钟内认证失败 10 次的地址会被封锁 10 分钟，并显示在此处。",
  },
  {
    title: "Blocked IPs",
    intro:
      "An IP address that fails to authenticate again and again is blocked for a while: its SIP requests get no answer.",
    searchHint: "Search IP address or account",
    address: "IP address",
    reason: "Reason",
    failures: "Failures",
    identity: "Last account",
    since: "Blocked at",
    until: "Blocked until",
    remaining: "{{time}} left",
    forever: "Until unblocked",
    unblock: "Unblock",
    unblockAsk: "Unblock {{address}}? It can register and call again at once.",
    unblocked: "{{address}} is unblocked",
    empty: "No IP address is blocked",
    emptyText:
      "An address with 10 failed authentications within 5 minutes is blocked for 10 minutes, and is shown here.",
  },
);
