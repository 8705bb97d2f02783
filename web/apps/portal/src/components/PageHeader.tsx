import { Flex, Typography } from "antd";
import { type ReactNode, useEffect } from "react";
import baseStyles from "../styles/base.module.css";

interface PageHeaderProps {
  title: string;
  /** What stands beside the title: a state, a count. */
  beside?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}

/** The title of a page, also the browser's, and its actions; the primary one stands last. */
export function PageHeader({ title, beside, description, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Linkus`;
  }, [title]);
  return (
    <Flex className={baseStyles.pageHeader} gap={16} wrap justify="space-between" align="flex-start">
      <div>
        <Flex gap={12} align="center" wrap>
          <Typography.Title level={1} className={baseStyles.pageTitle}>
            {title}
          </Typography.Title>
          {beside}
        </Flex>
        {description ? <Typography.Text type="secondary">{description}</Typography.Text> : null}
      </div>
      {actions ? (
        <Flex gap={8} wrap className={baseStyles.pageActions}>
          {actions}
        </Flex>
      ) : null}
    </Flex>
  );
}
