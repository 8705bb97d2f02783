import { Link } from "@tanstack/react-router";
import { Alert } from "antd";
import { useWelcomeText } from "./welcome-text";

/** Says that the login links lead nowhere but on the server itself, as on a system that was just tried out. */
export function LoopbackWarning({
  address,
  onScreen = false,
}: {
  address: string | null | undefined;
  /** The links are shown here, and not mailed. */
  onScreen?: boolean;
}) {
  const t = useWelcomeText();
  if (!address) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={t("local", { address })}
      description={t(onScreen ? "localSheets" : "localText")}
      action={<Link to="/general">{t("toAddress")}</Link>}
    />
  );
}
