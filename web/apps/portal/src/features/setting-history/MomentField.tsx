import { Flex, Input } from "antd";
import { useState } from "react";
import { isoMoment } from "../../components/list/moments";
import auditStyles from "../../styles/audit.module.css";
import { useHistoryText } from "./text";

interface MomentFieldProps {
  onMoment: (iso: string) => void;
  /** What the setting was then, a line for each of its parts. */
  values: string[];
}

/** Asks for a moment, and says what the setting was then. */
export function MomentField({ onMoment, values }: MomentFieldProps) {
  const t = useHistoryText();
  const [moment, setMoment] = useState("");
  return (
    <Flex gap={8} wrap align="center" className={auditStyles.momentThen}>
      <Input
        type="datetime-local"
        className={auditStyles.valuesThen}
        prefix={t("at")}
        aria-label={t("at")}
        value={moment}
        onChange={({ target }) => {
          setMoment(target.value);
          onMoment(isoMoment(target.value));
        }}
      />
      <span role="status">{values.map((value) => t("wasAt", { value })).join(" ")}</span>
    </Flex>
  );
}
