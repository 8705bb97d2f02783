import { BellOutlined } from "@ant-design/icons";
import { defineText } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Badge, Button } from "antd";
import { unreadQuery } from "./queries";

const useText = defineText(
  "unreadEvents",
  { none: "事件日志", some: "事件日志：{{count}} 个未读的警告或异常" },
  {
    none: "Event log",
    some: "Event log: {{count}} unread warnings and alerts",
    some_one: "Event log: {{count}} unread warning or alert",
  },
);

const MAX_SHOWN = 99;

/** The bell in the portal's head: warnings and alerts that this administrator has not seen yet. */
export function UnreadEvents() {
  const t = useText();
  const navigate = useNavigate();
  const { data } = useQuery(unreadQuery);
  const count = data?.count ?? 0;
  const label = count > 0 ? t("some", { count }) : t("none");
  return (
    <Button
      type="text"
      aria-label={label}
      title={label}
      icon={
        <Badge
          count={count}
          overflowCount={MAX_SHOWN}
          size="small"
          offset={[8, -2]}
          color={data?.level === "alert" ? undefined : "orange"}
          title=""
        >
          <BellOutlined aria-hidden="true" />
        </Badge>
      }
      onClick={() => void navigate({ to: "/event-log" })}
    />
  );
}
