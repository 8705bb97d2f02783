import { Flex } from "antd";

export function Brand({ subtitle }: { subtitle?: string }) {
  return (
    <Flex gap={10} align="center" className="brand">
      <img src="/portal/icon.svg" alt="" width={32} height={32} />
      <span>
        <strong>Linkus</strong>
        {subtitle ? <small title={subtitle}>{subtitle}</small> : null}
      </span>
    </Flex>
  );
}
