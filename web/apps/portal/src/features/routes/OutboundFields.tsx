import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Form, Input, InputNumber, Switch } from "antd";
import { Reading } from "../../app/access";
import { OrderedPick } from "../../components/order/OrderedPick";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import linesStyles from "../../styles/lines.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { allTrunksQuery } from "../trunks/queries";
import { TryPattern } from "./TryPattern";
import { useRouteText } from "./text";

export function OutboundFields({ adding }: { adding: boolean }) {
  const t = useRouteText();
  const trunks = useQuery(allTrunksQuery);
  const options = (trunks.data?.items ?? []).map(({ id, name, enabled }) => ({
    value: id,
    label: enabled ? name : t("trunkOff", { name }),
  }));
  return (
    <div className={baseStyles.stack}>
      <section className={baseStyles.panel}>
        <Form.Item name="enabled" valuePropName="checked" label={t("enabled")}>
          <Switch />
        </Form.Item>
        <Form.Item name="name" label={t("name")} required>
          <Input autoComplete="off" autoFocus={adding} />
        </Form.Item>
      </section>
      <section className={baseStyles.panel}>
        <Form.Item name="pattern" label={t("pattern")} extra={t("patternHelp")} required>
          <Input
            className={linesStyles.patternInput}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
          />
        </Form.Item>
        <PatternHelp />
        <div className={formStyles.formGrid}>
          <Form.Item name="strip" label={t("strip")} extra={t("stripHelp")}>
            <InputNumber min={0} max={40} precision={0} className={pagesStyles.shortInput} />
          </Form.Item>
          <Form.Item name="prepend" label={t("prepend")} extra={t("prependHelp")}>
            <Input autoComplete="off" inputMode="tel" spellCheck={false} />
          </Form.Item>
        </div>
        <Reading>
          <TryPattern />
        </Reading>
      </section>
      <section className={baseStyles.panel}>
        <Form.Item name="trunk_ids" label={t("trunks")} extra={t("trunksHelp")} required>
          <OrderedPick label={t("trunks")} options={options} addText={t("addTrunk")} />
        </Form.Item>
        {trunks.data?.total === 0 ? <Link to="/trunks/new">{t("noTrunkYet")}</Link> : null}
      </section>
    </div>
  );
}

function PatternHelp() {
  const t = useRouteText();
  const signs = [
    ["9", t("patternDigits")],
    ["X", t("patternX")],
    ["Z", t("patternZ")],
    ["N", t("patternN")],
    ["[13-5]", t("patternBracket")],
    [".", t("patternRest")],
  ] as const;
  const examples = [
    ["1[3-9]XXXXXXXXX", t("exampleMobile")],
    ["0Z.", t("exampleLong")],
    ["00.", t("exampleInternational")],
    ["9.", t("exampleNine")],
  ] as const;
  return (
    <details className={linesStyles.patternHelp} open>
      <summary>{t("patternTitle")}</summary>
      <div className={linesStyles.patternColumns}>
        <dl>
          {signs.map(([sign, meaning]) => (
            <div key={sign}>
              <dt>
                <code>{sign}</code>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <dl aria-label={t("patternExample")}>
          {examples.map(([sign, meaning]) => (
            <div key={sign}>
              <dt>
                <code>{sign}</code>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  );
}
