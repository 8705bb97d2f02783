import type { ClientKind, ValueName } from "../client-settings/items";
import { ClientSettingHistory } from "./ClientSettingHistory";
import { HistoryButton } from "./HistoryButton";

interface ClientSettingClockProps {
  extensionId: number;
  kind: ClientKind;
  names: readonly ValueName[];
  setting: string;
}

/** The clock beside a setting of one client of an extension. */
export function ClientSettingClock(props: ClientSettingClockProps) {
  return (
    <HistoryButton setting={props.setting}>
      {(close) => <ClientSettingHistory {...props} onClose={close} />}
    </HistoryButton>
  );
}
