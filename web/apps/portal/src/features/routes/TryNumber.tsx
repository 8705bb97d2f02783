import type { OutboundDryRun } from "@linkus/sdk/api";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { type FormEvent, useState } from "react";
import { useErrorText } from "../../components/text";
import baseStyles from "../../styles/base.module.css";
import linesStyles from "../../styles/lines.module.css";
import { tryOne } from "./queries";
import { useRouteText } from "./text";

const INSIDE = { extension: "tryInside", paging_group: "tryGroup", echo: "tryEcho" } as const;

/** What would be dialled for a number, by the routes as they are saved. */
export function TryNumber() {
  const t = useRouteText();
  const errorText = useErrorText();
  const [number, setNumber] = useState("");
  const dryRun = useMutation({ mutationFn: tryOne });
  const run = (event: FormEvent) => {
    event.preventDefault();
    if (number.trim()) dryRun.mutate(number.trim());
  };
  return (
    <section className={baseStyles.panel} aria-label={t("tryTitle")}>
      <h2 className={linesStyles.tryTitle}>{t("tryTitle")}</h2>
      <p className={baseStyles.secondary}>{t("tryHelp")}</p>
      <form className={linesStyles.tryForm} onSubmit={run}>
        <Input
          aria-label={t("tryLabel")}
          placeholder={t("tryLabel")}
          inputMode="tel"
          autoComplete="off"
          maxLength={40}
          value={number}
          onChange={(event) => setNumber(event.target.value)}
        />
        <Button htmlType="submit" disabled={!number.trim()} loading={dryRun.isPending ? { delay: 300 } : false}>
          {t("tryRun")}
        </Button>
      </form>
      <div className={linesStyles.tryResult} aria-live="polite">
        {dryRun.isError ? <Alert type="error" showIcon title={errorText(dryRun.error)} /> : null}
        {dryRun.data ? <Result dryRun={dryRun.data} /> : null}
      </div>
    </section>
  );
}

function Result({ dryRun }: { dryRun: OutboundDryRun }) {
  const t = useRouteText();
  const { number, inside, route, sent = "", trunks = [] } = dryRun;
  if (inside) {
    return <Alert type="info" showIcon title={t(INSIDE[inside.kind], { number, name: inside.name ?? "" })} />;
  }
  if (!route) return <Alert type="warning" showIcon title={t("tryNone", { number })} />;
  const usable = trunks.filter((trunk) => trunk.enabled);
  return (
    <Alert
      type={usable.length > 0 ? "success" : "error"}
      showIcon
      title={t("tryRoute", { name: route.name, sent })}
      description={
        usable.length > 0
          ? t("tryTrunks", { names: usable.map((trunk) => trunk.name).join(t("comma")) })
          : t("tryNoTrunks")
      }
    />
  );
}
