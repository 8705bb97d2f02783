import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { Menu, type MenuProps, type MenuRef } from "antd";
import { useEffect, useRef } from "react";
import { sessionQuery } from "../api/session";
import baseStyles from "../styles/base.module.css";
import { useMay } from "./access";
import { activePath, MENU, type MenuPlace, useMenuText } from "./menu";
import { accessTo } from "./pages";

type Item = Required<MenuProps>["items"][number];

/** All groups stand open: everything the portal has is in sight, and reached with one press. */
export function SideMenu({ onNavigate }: { onNavigate?: () => void }) {
  const t = useMenuText();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const may = useMay();
  const { data: session } = useQuery(sessionQuery);
  const access = accessTo(session?.permissions ?? {}, "/");
  const link = ({ label, path }: Pick<MenuPlace, "label" | "path">) => (
    <Link to={path as "/"} preload="intent" onClick={onNavigate}>
      {t(label)}
    </Link>
  );
  // what the role lacks is not shown, and a group without any entry neither
  const shown = MENU.map((group) => ({ ...group, places: group.places.filter(({ page }) => may(page)) })).filter(
    (group) => (group.path ? access.kind === "open" : group.places.length > 0),
  );
  const items: Item[] = shown.map((group) =>
    group.path
      ? { key: group.path, icon: group.icon, label: link({ label: group.label, path: group.path }) }
      : {
          key: group.label,
          icon: group.icon,
          label: t(group.label),
          children: group.places.map((place) => ({ key: place.path, label: link(place) })),
        },
  );
  const selected = activePath(pathname);
  const menu = useRef<MenuRef>(null);
  // On a low screen the menu is longer than the window, and the page may have been reached without it.
  useEffect(() => {
    menu.current?.menu?.list.querySelector(".ant-menu-item-selected")?.scrollIntoView({ block: "nearest" });
  }, [selected, items.length]);
  return (
    <Menu
      ref={menu}
      mode="inline"
      className={baseStyles.sideMenu}
      items={items}
      selectedKeys={[selected]}
      defaultOpenKeys={MENU.map((group) => group.label)}
    />
  );
}
