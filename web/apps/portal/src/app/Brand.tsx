import { Flex } from "antd";
import baseStyles from "../styles/base.module.css";

export function Brand({ subtitle }: { subtitle?: string }) {
  return (
    <Flex gap={10} align="center" className={baseStyles.brand}>
      <img src="/portal/icon.svg" alt="" width={32} height={32} />
      <span>
        <strong>Linkus</strong>
        {subtitle ? <small title={subtitle}>{subtitle}</small> : null}
      </span>
    </Flex>
  );
}
