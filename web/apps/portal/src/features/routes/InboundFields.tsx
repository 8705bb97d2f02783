import { useQuery } from "@tanstack/react-query";
import { Form, Input, Radio, Select, Switch } from "antd";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import linesStyles from "../../styles/lines.module.css";
import { ExtensionSelect } from "../picker/ExtensionSelect";
import { allTrunksQuery } from "../trunks/queries";
import { groupChoiceQuery } from "./queries";
import { useRouteText } from "./text";
import { ANY_TRUNK, type InboundValues } from "./values";

export function InboundFields({ adding }: { adding: boolean }) {
  const t = useRouteText();
  const form = Form.useFormInstance<InboundValues>();
  const trunks = useQuery(allTrunksQuery);
  const groups = useQuery(groupChoiceQuery(""));
  const toGroup = Form.useWatch("destination", form) === "paging_group";
  return (
    <div className={baseStyles.stack}>
      <section className={baseStyles.panel}>
        <Form.Item name="enabled" valuePropName="checked" label={t("enabled")}>
          <Switch />
        </Form.Item>
        <div className={formStyles.formGrid}>
          <Form.Item name="name" label={t("name")} required>
            <Input autoComplete="off" autoFocus={adding} />
          </Form.Item>
          <Form.Item name="trunk_id" label={t("trunk")} extra={t("anyTrunkHelp")}>
            <Select
              showSearch={{ optionFilterProp: "label" }}
              loading={trunks.isPending}
              options={[
                { value: ANY_TRUNK, label: t("anyTrunk") },
                ...(trunks.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          </Form.Item>
          <Form.Item name="did_number" label={t("did")} extra={t("didHelp")}>
            <Input autoComplete="off" spellCheck={false} placeholder={t("anyDid")} />
          </Form.Item>
          <Form.Item name="did_name" label={t("didName")} extra={t("didNameHelp")}>
            <Input autoComplete="off" />
          </Form.Item>
        </div>
      </section>
      <section className={baseStyles.panel}>
        <Form.Item name="destination" label={t("destination")}>
          <Radio.Group
            options={[
              { value: "extension", label: t("toExtension") },
              { value: "voicemail", label: t("toVoicemail") },
              { value: "paging_group", label: t("toPagingGroup") },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="extension_id"
          label={t("extension")}
          hidden={toGroup}
          required
          className={linesStyles.halfField}
        >
          <ExtensionSelect placeholder={t("chooseExtension")} />
        </Form.Item>
        <Form.Item
          name="paging_group_id"
          label={t("pagingGroup")}
          hidden={!toGroup}
          required
          className={linesStyles.halfField}
        >
          <Select
            placeholder={t("choosePagingGroup")}
            showSearch={{ optionFilterProp: "label" }}
            loading={groups.isPending}
            options={(groups.data?.items ?? []).map(({ id, number, name }) => ({
              value: id,
              label: `${number} ${name}`,
            }))}
          />
        </Form.Item>
      </section>
    </div>
  );
}
