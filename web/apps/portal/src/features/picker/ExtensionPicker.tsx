import { CloseOutlined } from "@ant-design/icons";
import type { NamedExtension } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { Button, Flex, Input, Table } from "antd";
import { useMemo, useState } from "react";
import baseStyles from "../../styles/base.module.css";
import callsStyles from "../../styles/calls.module.css";
import listStyles from "../../styles/list.module.css";
import { joinExtensions } from "./join";
import { PasteDialog } from "./PasteDialog";
import { PickDialog } from "./PickDialog";
import { usePickerText } from "./text";

interface ExtensionPickerProps {
  /** Given by the form. */
  id?: string;
  value?: NamedExtension[];
  onChange?: (value: NamedExtension[]) => void;
  label: string;
  max: number;
}

const SHOWN = 10;

/** A field whose value are extensions: chosen from a searched list, or pasted as numbers; of thousands, too. */
export function ExtensionPicker({ id, value = [], onChange, label, max }: ExtensionPickerProps) {
  const t = usePickerText();
  const [dialog, setDialog] = useState<"pick" | "paste" | null>(null);
  const [sought, setSought] = useState("");
  const add = (more: NamedExtension[]) => onChange?.(joinExtensions(value, more));
  const remove = (gone: NamedExtension) => onChange?.(value.filter((extension) => extension.id !== gone.id));
  const shown = useMemo(() => {
    const words = sought.trim().toLowerCase();
    return value.filter(({ number, display_name }) => `${number} ${display_name}`.toLowerCase().includes(words));
  }, [value, sought]);

  return (
    // the group has the id, and takes the focus when there is an error: a button would be named by the field's label
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be laid out otherwise
    <div className={callsStyles.picker} id={id} role="group" aria-label={label} tabIndex={-1}>
      <Flex className={callsStyles.pickerToolbar} gap={8} wrap align="center">
        <Button onClick={() => setDialog("pick")}>{t("add")}</Button>
        <Button onClick={() => setDialog("paste")}>{t("paste")}</Button>
        <span className={classes(baseStyles.secondary, baseStyles.numbers)} aria-live="polite">
          {t("count", { count: value.length })}
        </span>
        <span className={listStyles.listToolbarGap} />
        {value.length > 0 ? (
          <Button type="link" danger onClick={() => onChange?.([])}>
            {t("clear")}
          </Button>
        ) : null}
      </Flex>
      {value.length > SHOWN ? (
        <Input
          className={callsStyles.pickerFilter}
          allowClear
          value={sought}
          placeholder={t("filter")}
          aria-label={t("filter")}
          onChange={(event) => setSought(event.target.value)}
          onPressEnter={(event) => event.preventDefault()}
        />
      ) : null}
      <Table<NamedExtension>
        size="small"
        rowKey="id"
        dataSource={shown}
        pagination={{ pageSize: SHOWN, hideOnSinglePage: true, showSizeChanger: false, size: "small" }}
        locale={{ emptyText: <span className={baseStyles.secondary}>{t("nothing")}</span> }}
        columns={[
          { title: t("number"), dataIndex: "number", width: 140 },
          { title: t("name"), dataIndex: "display_name" },
          {
            key: "remove",
            width: 48,
            align: "right",
            render: (_, extension) => (
              <Button
                type="text"
                size="small"
                icon={<CloseOutlined aria-hidden="true" />}
                aria-label={t("removeOne", { name: `${extension.number} ${extension.display_name}` })}
                title={t("remove")}
                onClick={() => remove(extension)}
              />
            ),
          },
        ]}
      />
      {dialog === "pick" ? <PickDialog chosen={value} max={max} onTake={add} onClose={() => setDialog(null)} /> : null}
      {dialog === "paste" ? (
        <PasteDialog chosen={value} max={max} onTake={add} onClose={() => setDialog(null)} />
      ) : null}
    </div>
  );
}
