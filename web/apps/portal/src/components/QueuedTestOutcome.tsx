import type { QueuedTestStatus } from "@linkus/sdk/api";
import { Alert } from "antd";

interface QueuedTestOutcomeProps {
  /** Undefined until it is read for the first time. */
  mail: QueuedTestStatus | undefined;
  words: { queued: string; sent: string; failed: string };
}

/** What became of a test mail that takes the way of every mail. */
export function QueuedTestOutcome({ mail, words }: QueuedTestOutcomeProps) {
  const title = { sent: words.sent, failed: words.failed }[mail?.status as string] ?? words.queued;
  const tone = { sent: "success" as const, failed: "error" as const }[mail?.status as string] ?? "info";
  return <Alert type={tone} showIcon title={title} description={mail?.message || mail?.server_answer || undefined} />;
}
