import { Link, useRouterState } from "@tanstack/react-router";
import { Menu, type MenuProps } from "antd";
import baseStyles from "../styles/base.module.css";
import { activePath, MENU, type MenuPlace, useMenuText } from "./menu";

type Item = Required<MenuProps>["items"][number];

/** All groups stand open: everything the portal has is in sight, and reached with one press. */
export function SideMenu({ onNavigate }: { onNavigate?: () => void }) {
  const t = useMenuText();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const link = ({ label, path }: MenuPlace) => (
    <Link to={path as "/"} preload="intent" onClick={onNavigate}>
      {t(label)}
    </Link>
  );
  const items: Item[] = MENU.map((group) =>
    group.path
      ? { key: group.path, icon: group.icon, label: link({ label: group.label, path: group.path }) }
      : {
          key: group.label,
          icon: group.icon,
          label: t(group.label),
          children: group.places.map((place) => ({ key: place.path, label: link(place) })),
        },
  );
  return (
    <Menu
      mode="inline"
      className={baseStyles.sideMenu}
      items={items}
      selectedKeys={[activePath(pathname)]}
      defaultOpenKeys={MENU.map((group) => group.label)}
    />
  );
}
