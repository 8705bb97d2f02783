import { App, Button } from "antd";
import { useRef, useState } from "react";
import { ApiError } from "../../api/client";
import { downloadBlob } from "../../components/copy";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import type { CheckedFile } from "./checked-file";
import { ImportRulesDialog } from "./ImportRulesDialog";
import { type FileKind, importRules, readRuleFile } from "./queries";
import { otherKind, placeInFile } from "./rule-file-place";
import { useRuleFileText } from "./rule-file-text";
import { usePermissionText } from "./text";

/** Rules as a file: export, and import after a look at what it would change. */
export function RuleFileButtons({ kind }: { kind: FileKind }) {
  const t = useRuleFileText();
  const permission = usePermissionText();
  const { message, modal } = App.useApp();
  const errorText = useErrorText();
  const common = useCommonText();
  const input = useRef<HTMLInputElement>(null);
  const [checked, setChecked] = useState<CheckedFile | null>(null);

  const save = async () => {
    try {
      const document = await readRuleFile(kind);
      const text = JSON.stringify(document, null, 2);
      downloadBlob(`client-permission-${kind}.json`, new Blob([text], { type: "application/json" }));
      message.success(t("exported", { count: document.rules.length, kind: permission(kind) }));
    } catch (error) {
      message.error(common("labelled", { label: t("exportFailed"), value: errorText(error) }));
    }
  };
  const check = async (file: File) => {
    let document: unknown;
    try {
      document = JSON.parse(await file.text());
    } catch {
      message.error(t("notJson", { name: file.name }));
      return;
    }
    const other = otherKind(document, kind);
    if (other !== null) {
      const content = other === "none" ? t("noRuleFile") : t("otherTab", { kind: permission(other) });
      modal.error({ title: t("wrong", { name: file.name }), content });
      return;
    }
    try {
      const effect = await importRules(kind, { document, dry_run: true, delete_others: false });
      setChecked({ name: file.name, document, effect });
    } catch (error) {
      const fields = error instanceof ApiError ? Object.entries(error.fields) : [];
      modal.error({
        title: t("wrong", { name: file.name }),
        content: fields.length
          ? fields.map(([place, { message }]) => (
              <p key={place}>{[placeInFile(t, kind, document, place), message].filter(Boolean).join(t("colon"))}</p>
            ))
          : errorText(error),
      });
    }
  };
  return (
    <>
      <Button title={t("exportHelp", { kind: permission(kind) })} onClick={() => void save()}>
        {t("export")}
      </Button>
      <Button onClick={() => input.current?.click()}>{t("import")}</Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={t("import")}
        onChange={({ target }) => {
          const file = target.files?.[0];
          target.value = ""; // so that the same file can be chosen again
          if (file) void check(file);
        }}
      />
      {checked ? <ImportRulesDialog kind={kind} checked={checked} onClose={() => setChecked(null)} /> : null}
    </>
  );
}
