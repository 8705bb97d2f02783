import { Alert } from "antd";
import formStyles from "../../styles/form.module.css";
import type { Trial } from "./trial";

/** Shows what the server warns of in the template as it stands in the editor. */
export function TemplateWarnings({ trial }: { trial: Trial | undefined }) {
  return trial?.preview?.warnings.map(({ code, message }) => (
    <Alert key={code} className={formStyles.formAlert} type="warning" showIcon title={message} />
  ));
}
