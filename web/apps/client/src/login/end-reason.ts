import { zhCN } from "../locales/zh-CN";

export type EndReasonText = keyof typeof zhCN.ended.reason;

/** Why the session of the portal is over, as the portal says when it leads here; null for what has no words. */
export function endReason(search: string): EndReasonText | null {
  const reason = new URLSearchParams(search).get("ended") ?? "";
  // Object.hasOwn is younger than the oldest supported browser
  return Object.keys(zhCN.ended.reason).includes(reason) ? (reason as EndReasonText) : null;
}
