import type { ExtensionView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { useNavigate } from "@tanstack/react-router";
import { Form } from "antd";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { PageHeader } from "../../components/PageHeader";
import formStyles from "../../styles/form.module.css";
import { ExtensionTabs } from "./ExtensionTabs";
import { useFormText } from "./form-text";
import { extensionName } from "./name";
import { addExtension } from "./queries";
import { cleanValues, type ExtensionFormValues, FIELDS, NEW_EXTENSION, type TabKey, tabOf } from "./values";

export function AddPage() {
  const t = useFormText();
  const navigate = useNavigate();
  const [form] = Form.useForm<ExtensionFormValues>();
  const [tab, setTab] = useState<TabKey>("user");
  const toList = () => void navigate({ to: "/extensions" });
  return (
    <div className={classes(formStyles.formPage, formStyles.formPageWide)}>
      <PageHeader title={t("addTitle")} />
      <EditForm<ExtensionFormValues, ExtensionView>
        form={form}
        initial={NEW_EXTENSION}
        version={0}
        fields={FIELDS}
        save={(values) => addExtension(cleanValues(values))}
        savedText={(saved) => t("added", { name: extensionName(saved) })}
        onSaved={() => {
          void queryClient.invalidateQueries({ queryKey: ["extensions"] });
          void queryClient.invalidateQueries({ queryKey: ["overview"] });
          toList();
        }}
        onCancel={toList}
        onFieldError={(name) => setTab(tabOf(name))}
      >
        <ExtensionTabs adding active={tab} onChange={setTab} />
      </EditForm>
    </div>
  );
}
