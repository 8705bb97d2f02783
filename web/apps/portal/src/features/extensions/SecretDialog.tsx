import type { ExtensionView } from "@linkus/sdk/api";
import { defineText } from "@linkus/ui/text";
import { Modal } from "antd";
import { CopyButton } from "../../components/CopyButton";
import { useCommonText } from "../../i18n/common";
import pagesStyles from "../../styles/pages.module.css";

const useText = defineText(
  "secret",
  {
    title: "话机的注册密码",
    text: "请现在填入话机。关闭后不会再显示；忘记时可以生成新密码。",
    name: "注册名称",
    password: "注册密码",
  },
  {
    title: "Registration password of the phone",
    text: "Enter it on the phone now. It is not shown again; if it is lost, make a new one.",
    name: "Registration name",
    password: "Registration password",
  },
);

/** A password that the server made, shown this once. */
export function SecretDialog({
  extension,
  password,
  onClose,
}: {
  extension: Pick<ExtensionView, "registration_name">;
  password: string;
  onClose: () => void;
}) {
  const t = useText();
  const common = useCommonText();
  return (
    <Modal
      open
      title={t("title")}
      onCancel={onClose}
      onOk={onClose}
      okText={common("close")}
      cancelButtonProps={{ style: { display: "none" } }}
      mask={{ closable: false }}
    >
      <p>{t("text")}</p>
      <dl className={pagesStyles.facts}>
        <div>
          <dt>{t("name")}</dt>
          <dd>
            <code>{extension.registration_name}</code>{" "}
            <CopyButton bare text={extension.registration_name} what={t("name")} />
          </dd>
        </div>
        <div>
          <dt>{t("password")}</dt>
          <dd>
            <code>{password}</code> <CopyButton bare text={password} what={t("password")} />
          </dd>
        </div>
      </dl>
    </Modal>
  );
}
