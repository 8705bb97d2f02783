import { Empty } from "antd";
import type { ReactNode } from "react";
import baseStyles from "../../styles/base.module.css";

/** A list that is empty: what it is for, and the next step. */
export function NothingYet({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={title}>
      {text ? <p className={baseStyles.secondary}>{text}</p> : null}
      {children}
    </Empty>
  );
}
