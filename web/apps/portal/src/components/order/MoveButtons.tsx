import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useOrderText } from "./text";

interface MoveButtonsProps {
  name: string;
  at: number;
  last: number;
  move: (from: number, to: number) => void;
}

export function MoveButtons({ name, at, last, move }: MoveButtonsProps) {
  const t = useOrderText();
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<ArrowUpOutlined aria-hidden="true" />}
        aria-label={t("upOne", { name })}
        title={t("up")}
        disabled={at === 0}
        onClick={() => move(at, at - 1)}
      />
      <Button
        type="text"
        size="small"
        icon={<ArrowDownOutlined aria-hidden="true" />}
        aria-label={t("downOne", { name })}
        title={t("down")}
        disabled={at === last}
        onClick={() => move(at, at + 1)}
      />
    </>
  );
}
