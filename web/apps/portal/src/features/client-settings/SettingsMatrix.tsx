import { classes } from "@linkus/ui";
import { Checkbox, Form } from "antd";
import { Fragment, useRef, useState } from "react";
import { useMarkEdited } from "../../components/form/edited";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import compareStyles from "../../styles/compare.module.css";
import { ClientSettingClock } from "../setting-history/ClientSettingClock";
import { Control } from "./Control";
import { type ClientKind, fieldOf, type Item, KINDS, SECTIONS } from "./items";
import { PopupUrl } from "./PopupUrl";
import { type SettingsText, useSettingsText } from "./text";
import { tickOf, versionField } from "./values";

/** For a change of many: what is ticked changes, what is not stays. */
export interface Ticks {
  ticked: ReadonlySet<string>;
  tick: (names: string[], on: boolean) => void;
  /** Beside an item, in the words of the page. */
  label: string;
}

interface Before {
  values: [field: string, value: unknown][];
  /** Of the settings then: other ones are saved by now. */
  versions: string;
}

/** What the three kinds of client do with a call, side by side; a row can be the same for all of them. */
export function SettingsMatrix({ ticks, extensionId }: { ticks?: Ticks; extensionId?: number }) {
  const t = useSettingsText();
  const common = useCommonText();
  const form = Form.useFormInstance();
  const edited = useMarkEdited();
  const [same, setSame] = useState<ReadonlySet<string>>(new Set());
  // what each kind had when a row was made the same: taking the tick away gives it back, unless it was changed or saved
  const before = useRef(new Map<string, Before>());

  const spread = (item: Item, from: ClientKind) => {
    for (const kind of item.kinds)
      for (const name of item.names)
        if (kind !== from) form.setFieldValue(fieldOf(kind, name), form.getFieldValue(fieldOf(from, name)));
    edited();
  };
  const versions = () => KINDS.map((kind) => form.getFieldValue(versionField(kind))).join();
  const change = (item: Item, kind: ClientKind) => {
    if (!same.has(item.key)) return;
    before.current.delete(item.key);
    spread(item, kind);
  };
  const toggleSame = (item: Item, on: boolean) => {
    setSame((before) => new Set(on ? [...before, item.key] : [...before].filter((key) => key !== item.key)));
    if (!on) {
      const had = before.current.get(item.key);
      if (had?.versions === versions()) for (const [field, value] of had.values) form.setFieldValue(field, value);
      return;
    }
    const fields = item.kinds.flatMap((kind) => item.names.map((name) => fieldOf(kind, name)));
    const values = fields.map((field): [string, unknown] => [field, form.getFieldValue(field)]);
    before.current.set(item.key, { values, versions: versions() });
    const first = item.kinds[0];
    if (first) spread(item, first);
  };

  return (
    <>
      {SECTIONS.map(({ key, items }) => (
        <section className={baseStyles.panel} key={key} aria-label={t(key)}>
          <div className={classes(compareStyles.compareRow, compareStyles.compareHead)}>
            <h2>{t(key)}</h2>
            {KINDS.map((kind) => (
              <span key={kind} aria-hidden="true">
                {common(kind)}
              </span>
            ))}
            <span />
          </div>
          {key === "screenPop" ? (
            <p className={classes(baseStyles.secondary, compareStyles.compareNote)}>{t("screenPopHelp")}</p>
          ) : null}
          {items.map((item) => (
            <Fragment key={item.key}>
              <Row
                item={item}
                t={t}
                ticks={ticks}
                extensionId={extensionId}
                same={same.has(item.key)}
                onSame={(on) => toggleSame(item, on)}
                onChange={(kind) => change(item, kind)}
              />
              {item.key === "screen_pop"
                ? item.kinds.map((kind) => (
                    <PopupUrl
                      key={kind}
                      kind={kind}
                      ticked={ticks?.ticked.has(tickOf(kind, item.key))}
                      onChange={() => change(item, kind)}
                    />
                  ))
                : null}
            </Fragment>
          ))}
        </section>
      ))}
    </>
  );
}

interface RowProps {
  item: Item;
  t: SettingsText;
  ticks: Ticks | undefined;
  /** Whose settings they are, for their history; none for a change of many. */
  extensionId: number | undefined;
  same: boolean;
  onSame: (on: boolean) => void;
  onChange: (kind: ClientKind) => void;
}

const HELP = ["call_waiting", "auto_answer_delay", "paging_preempt", "screen_pop_types", "screen_pop_trigger"] as const;

function Row({ item, t, ticks, extensionId, same, onSame, onChange }: RowProps) {
  const common = useCommonText();
  const label = t(item.key as "call_waiting");
  const help = HELP.find((key) => key === item.key);
  const names = item.kinds.map((kind) => tickOf(kind, item.key));
  const chosen = ticks ? names.filter((name) => ticks.ticked.has(name)).length : 0;
  return (
    <fieldset className={compareStyles.compareRow} aria-label={label}>
      <div className={compareStyles.compareLabel}>
        {ticks ? (
          <Checkbox
            checked={chosen === names.length}
            indeterminate={chosen > 0 && chosen < names.length}
            onChange={({ target }) => ticks.tick(names, target.checked)}
          >
            {label}
          </Checkbox>
        ) : (
          label
        )}
        {help ? (
          <div className={classes(baseStyles.secondary, compareStyles.compareHelp)}>{t(`${help}_help`)}</div>
        ) : null}
      </div>
      {KINDS.map((kind) => (
        <div
          className={
            item.kinds.includes(kind)
              ? compareStyles.compareCell
              : classes(compareStyles.compareCell, compareStyles.compareNone)
          }
          key={kind}
        >
          <span className={classes(compareStyles.compareKind, baseStyles.secondary)} aria-hidden="true">
            {common(kind)}
          </span>
          {item.kinds.includes(kind) ? (
            <>
              {ticks ? (
                <Checkbox
                  aria-label={`${ticks.label} ${t("cell", { kind: common(kind), item: label })}`}
                  title={ticks.label}
                  checked={ticks.ticked.has(tickOf(kind, item.key))}
                  onChange={({ target }) => ticks.tick([tickOf(kind, item.key)], target.checked)}
                />
              ) : null}
              <Control
                item={item}
                kind={kind}
                ticked={ticks ? ticks.ticked.has(tickOf(kind, item.key)) : undefined}
                onChange={() => onChange(kind)}
              />
              {extensionId === undefined ? null : (
                <ClientSettingClock
                  extensionId={extensionId}
                  kind={kind}
                  names={item.names}
                  setting={t("cell", { kind: common(kind), item: label })}
                />
              )}
            </>
          ) : (
            <span className={baseStyles.secondary} title={t("notHere")}>
              –
            </span>
          )}
        </div>
      ))}
      <Checkbox className={compareStyles.compareSame} checked={same} onChange={({ target }) => onSame(target.checked)}>
        {t(item.kinds.length === 2 ? "sameTwo" : "same")}
      </Checkbox>
    </fieldset>
  );
}
