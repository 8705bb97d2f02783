import { DesktopOutlined, GlobalOutlined, MobileOutlined, PhoneOutlined, TabletOutlined } from "@ant-design/icons";
import type { CSSProperties } from "react";
import { useCommonText } from "../../i18n/common";

export const KINDS = ["mobile", "desktop", "web", "pad", "phone"] as const;
export type Kind = (typeof KINDS)[number];

const ICONS = {
  mobile: MobileOutlined,
  desktop: DesktopOutlined,
  web: GlobalOutlined,
  pad: TabletOutlined,
  phone: PhoneOutlined,
};

/** A kind of client as a picture, with its name for those who do not see it. */
export function ClientKindIcon({ kind, style }: { kind: Kind; style?: CSSProperties }) {
  const t = useCommonText();
  const Icon = ICONS[kind];
  return Icon ? <Icon style={style} aria-label={t(kind)} title={t(kind)} /> : null;
}
