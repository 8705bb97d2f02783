import { classes } from "@linkus/ui";
import { Checkbox, Form, Input, InputNumber, Radio, Select, Switch } from "antd";
import { OrderedPick } from "../../components/order/OrderedPick";
import baseStyles from "../../styles/base.module.css";
import callsStyles from "../../styles/calls.module.css";
import formStyles from "../../styles/form.module.css";
import pagesStyles from "../../styles/pages.module.css";
import templateStyles from "../../styles/template.module.css";
import { useTrunkText } from "./text";
import { CODECS, needsPasswordAgain, type TrunkValues } from "./values";

const PLAIN = { autoComplete: "off", spellCheck: false } as const;

/** `stored`: what the form shows was saved, with a password. */
export function TrunkFields({ adding, stored }: { adding: boolean; stored?: TrunkValues | undefined }) {
  const t = useTrunkText();
  const form = Form.useFormInstance<TrunkValues>();
  const registers = (Form.useWatch("kind", form) ?? "register") === "register";
  const password = Form.useWatch("password", form);
  const shown = Form.useWatch([], form) as TrunkValues | undefined;
  const passwordSet = stored !== undefined;
  const passwordAgain = passwordSet && shown !== undefined && needsPasswordAgain(stored, shown);
  return (
    <div className={baseStyles.stack}>
      <section className={baseStyles.panel} aria-label={t("server")}>
        <Form.Item name="enabled" valuePropName="checked" label={t("enabled")}>
          <Switch />
        </Form.Item>
        <Form.Item name="name" label={t("name")} required>
          <Input {...PLAIN} autoFocus={adding} />
        </Form.Item>
        <Form.Item name="kind" label={t("kind")}>
          <Radio.Group className={callsStyles.radioRows}>
            {(["register", "peer"] as const).map((kind) => (
              <Radio key={kind} value={kind}>
                {t(kind)}
                <span className={classes(baseStyles.secondary, callsStyles.radioNote)}>{t(`${kind}Help`)}</span>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <div className={formStyles.formGrid}>
          <Form.Item name="host" label={t("host")} extra={t("hostHelp")} required className={formStyles.formGridWide}>
            <Input {...PLAIN} />
          </Form.Item>
          <Form.Item name="transport" label={t("transport")}>
            <Select
              options={(["udp", "tcp", "tls"] as const).map((value) => ({ value, label: value.toUpperCase() }))}
            />
          </Form.Item>
          <Form.Item name="port" label={t("port")} required>
            <InputNumber min={1} max={65535} precision={0} controls={false} style={{ width: "100%" }} />
          </Form.Item>
        </div>
      </section>
      <section className={baseStyles.panel}>
        <h2>{t("account")}</h2>
        <div className={formStyles.formGrid}>
          <Form.Item
            name="username"
            label={t("username")}
            extra={t(registers ? "usernameHelp" : "usernamePeerHelp")}
            required={registers}
          >
            <Input {...PLAIN} />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("password")}
            extra={passwordAgain ? t("passwordAgain") : undefined}
            required={passwordAgain || (registers && !passwordSet)}
          >
            <Input.Password
              autoComplete="new-password"
              placeholder={passwordSet && !passwordAgain ? t("passwordSet") : undefined}
            />
          </Form.Item>
          <Form.Item name="auth_name" label={t("authName")} extra={t("authNameHelp")}>
            <Input {...PLAIN} />
          </Form.Item>
          <Form.Item name="domain" label={t("domain")} extra={t("domainHelp")}>
            <Input {...PLAIN} />
          </Form.Item>
          <Form.Item
            name="clear_password"
            valuePropName="checked"
            hidden={registers || !passwordSet || Boolean(password)}
            className={templateStyles.tick}
          >
            <Checkbox>{t("passwordClear")}</Checkbox>
          </Form.Item>
        </div>
      </section>
      <section className={baseStyles.panel}>
        <h2>{t("calls")}</h2>
        <Form.Item name="codecs" label={t("codecs")} extra={t("codecsHelp")} required>
          <OrderedPick label={t("codecs")} options={CODECS} addText={t("addCodec")} />
        </Form.Item>
        <div className={formStyles.formGrid}>
          <Form.Item name="caller_id" label={t("callerId")} extra={t("callerIdHelp")}>
            <Input {...PLAIN} inputMode="tel" />
          </Form.Item>
          <Form.Item name="caller_id_name" label={t("callerIdName")} extra={t("callerIdNameHelp")}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="caller_id_header" label={t("callerIdHeader")} extra={t("callerIdHeaderHelp")}>
            <Select
              options={[
                { value: "from", label: t("fromHeader") },
                { value: "pai", label: t("paiHeader") },
              ]}
            />
          </Form.Item>
          <Form.Item name="max_calls" label={t("maxCalls")} extra={t("maxCallsHelp")}>
            <InputNumber min={0} max={10000} precision={0} className={pagesStyles.shortInput} />
          </Form.Item>
        </div>
      </section>
    </div>
  );
}
