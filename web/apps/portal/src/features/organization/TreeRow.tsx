import { CaretRightOutlined, MoreOutlined, ShopOutlined } from "@ant-design/icons";
import { classes } from "@linkus/ui";
import { Dropdown, type MenuProps } from "antd";
import { memo, type ReactNode } from "react";
import { useReadOnly } from "../../app/access";
import organizationStyles from "../../styles/organization.module.css";
import { useOrganizationText } from "./text";
import { type DropWhere, nameMatches } from "./tree";

export interface TreeRowProps {
  id: number;
  name: string;
  level: number;
  hasChildren: boolean;
  isOpen: boolean;
  memberCount: number;
  totalCount: number;
  isCompany: boolean;
  isSelected: boolean;
  /** The one row that Tab reaches. */
  isFocused: boolean;
  search: string;
  drop: DropWhere | null;
  /** Null while the menu of the row is closed: a tree of hundreds has one menu. */
  menu: MenuProps["items"] | null;
  onMenuClose: () => void;
}

/** A row of the tree. The tree itself handles what is done with it, by the row's `data-id`. */
export const TreeRow = memo(function TreeRow(props: TreeRowProps) {
  const { id, name, level, hasChildren, isOpen, totalCount, isCompany, isSelected, isFocused, drop, menu } = props;
  const t = useOrganizationText();
  const readOnly = useReadOnly();
  const more = readOnly ? null : (
    <button
      type="button"
      data-more
      className={organizationStyles.orgMore}
      tabIndex={isFocused ? 0 : -1}
      aria-label={t("menuOf", { name })}
      aria-haspopup="menu"
    >
      <MoreOutlined aria-hidden="true" />
    </button>
  );
  return (
    <div
      role="treeitem"
      data-id={id}
      tabIndex={isFocused ? 0 : -1}
      aria-label={`${name} ${t("count", { count: totalCount })}`}
      aria-level={level}
      aria-selected={isSelected}
      aria-expanded={hasChildren && !isCompany ? isOpen : undefined}
      draggable={!isCompany && !readOnly}
      title={t(isCompany ? "companyTitle" : "countTitle", { total: totalCount, own: props.memberCount })}
      className={classes(
        organizationStyles.orgRow,
        isSelected && organizationStyles.orgSelected,
        drop && organizationStyles[`org-drop-${drop}`],
      )}
      style={{ "--level": level - 1 } as React.CSSProperties}
    >
      {hasChildren && !isCompany ? (
        <span
          data-toggle
          className={classes(organizationStyles.orgToggle, isOpen && organizationStyles.orgOpen)}
          aria-hidden="true"
        >
          <CaretRightOutlined />
        </span>
      ) : (
        <span className={organizationStyles.orgToggle} aria-hidden="true">
          {isCompany ? <ShopOutlined /> : null}
        </span>
      )}
      <span className={organizationStyles.orgName}>{marked(name, props.search)}</span>
      <span className={organizationStyles.orgCount} aria-hidden="true">
        {totalCount}
      </span>
      {menu && more ? (
        <Dropdown
          open
          autoFocus
          trigger={["click"]}
          placement="bottomRight"
          menu={{ items: menu, onClick: props.onMenuClose }}
          onOpenChange={(open) => {
            if (!open) props.onMenuClose();
          }}
        >
          {more}
        </Dropdown>
      ) : (
        more
      )}
    </div>
  );
});

function marked(name: string, search: string): ReactNode {
  if (!nameMatches(name, search)) return name;
  const at = name.toLowerCase().indexOf(search.toLowerCase());
  return (
    <>
      {name.slice(0, at)}
      <mark>{name.slice(at, at + search.length)}</mark>
      {name.slice(at + search.length)}
    </>
  );
}
