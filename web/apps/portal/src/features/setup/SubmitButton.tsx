import { Button } from "antd";
import type { ReactNode } from "react";
import { keepFocus } from "../../components/form/keepFocus";

/** The button below the fields of a bare page. */
export function SubmitButton({ busy, children }: { busy: boolean; children: ReactNode }) {
  return (
    <Button
      type="primary"
      htmlType="submit"
      block
      size="large"
      onMouseDown={keepFocus}
      loading={busy ? { delay: 300 } : false}
    >
      {children}
    </Button>
  );
}
