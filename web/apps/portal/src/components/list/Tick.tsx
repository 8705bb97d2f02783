import { Checkbox } from "antd";
import { useCommonText } from "../../i18n/common";

interface TickProps {
  id: number;
  name: string;
  ticked: number[];
  setTicked: (ids: number[]) => void;
}

/** Takes a row of a narrow screen among those that are acted on together. */
export function Tick({ id, name, ticked, setTicked }: TickProps) {
  const t = useCommonText();
  return (
    <Checkbox
      aria-label={t("selectRow", { name })}
      checked={ticked.includes(id)}
      onChange={(event) => setTicked(event.target.checked ? [...ticked, id] : ticked.filter((other) => other !== id))}
    />
  );
}
