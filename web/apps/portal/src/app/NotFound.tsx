import { defineText } from "@linkus/ui/text";
import { Link } from "@tanstack/react-router";
import { Result } from "antd";

const useText = defineText(
  "notFound",
  { title: "页面不存在", text: "地址可能有误，或页面已移走。", home: "返回概览" },
  { title: "There is no such page", text: "The address may be wrong, or the page has moved.", home: "To the overview" },
);

export function NotFound() {
  const t = useText();
  return <Result status="404" title={t("title")} subTitle={t("text")} extra={<Link to="/">{t("home")}</Link>} />;
}
