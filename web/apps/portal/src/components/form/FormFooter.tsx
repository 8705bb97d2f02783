import { Button, Flex } from "antd";
import { useCommonText } from "../../i18n/common";
import formStyles from "../../styles/form.module.css";

interface FormFooterProps {
  onCancel: () => void;
  saving: boolean;
  disabled?: boolean;
}

/** 取消 and 保存 at the lower edge, always in sight. */
export function FormFooter({ onCancel, saving, disabled = false }: FormFooterProps) {
  const t = useCommonText();
  return (
    <Flex className={formStyles.formFooter} gap={8} justify="flex-end">
      <Button onClick={onCancel}>{t("cancel")}</Button>
      <Button type="primary" htmlType="submit" loading={saving ? { delay: 300 } : false} disabled={disabled}>
        {t("save")}
      </Button>
    </Flex>
  );
}
