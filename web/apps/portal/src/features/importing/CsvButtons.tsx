import { App, Button } from "antd";
import { useState } from "react";
import { downloadBlob } from "../../components/copy";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { ImportDialog } from "./ImportDialog";
import { runningImport } from "./memory";
import { KINDS, type Kind } from "./queries";
import { useImportText } from "./text";

/** Export and import of a list. An import that still runs is shown again by itself. */
export function CsvButtons({ kind }: { kind: Kind }) {
  const t = useImportText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const common = useCommonText();
  const [saving, setSaving] = useState(false);
  const [importing, setImporting] = useState(() => runningImport(kind) !== null);
  const save = async () => {
    setSaving(true);
    try {
      downloadBlob(KINDS[kind].file, await KINDS[kind].read());
    } catch (error) {
      message.error(common("labelled", { label: t("exportFailed"), value: errorText(error) }));
    } finally {
      setSaving(false);
    }
  };
  return (
    <>
      <Button onClick={() => void save()} loading={saving ? { delay: 300 } : false}>
        {t("export")}
      </Button>
      <Button onClick={() => setImporting(true)}>{t("import")}</Button>
      {importing ? <ImportDialog kind={kind} onClose={() => setImporting(false)} /> : null}
    </>
  );
}
