import { EditOutlined } from "@ant-design/icons";
import type { DeviceView } from "@linkus/sdk/api";
import { classes, formatDateTime } from "@linkus/ui";
import { defineText, useLanguage } from "@linkus/ui/text";
import { useMutation } from "@tanstack/react-query";
import { App, Button, Input, Popconfirm } from "antd";
import { type KeyboardEvent, useState } from "react";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import compareStyles from "../../styles/compare.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { ClientKindIcon, type Kind } from "../clients/ClientKindIcon";
import { devicesQuery, endAllSessions, endSession, saveRemark } from "./queries";

const useText = defineText(
  "devices",
  {
    devices: "已登录的设备",
    noDevices: "没有已登录的设备",
    lastSeen: "最近使用 {{time}}",
    signOut: "退出登录",
    signOutAsk: "让此设备退出登录？",
    signOutAll: "全部退出登录",
    signOutAllAsk: "让此分机的全部 {{count}} 台设备退出登录？",
    shown: "显示最近使用的 {{shown}} 台，共 {{count}} 台",
    signedOut: "设备已退出登录",
    signedOutAll: "{{count}} 台设备已退出登录",
    unnamed: "未命名的设备",
    remark: "备注",
    addRemark: "添加备注",
    remarkOf: "{{device}} 的备注",
    remarkSaved: "备注已保存",
  },
  {
    devices: "Signed-in devices",
    noDevices: "No device is signed in now",
    lastSeen: "Last used {{time}}",
    signOut: "Sign out",
    signOutAsk: "Sign this device out?",
    signOutAll: "Sign out all",
    signOutAllAsk: "Sign out all {{count}} devices of this extension?",
    signOutAllAsk_one: "Sign out the one device of this extension?",
    shown: "{{shown}} of {{count}} devices are shown",
    signedOut: "The device was signed out",
    signedOutAll: "{{count}} devices were signed out",
    signedOutAll_one: "{{count}} device was signed out",
    unnamed: "Unnamed device",
    remark: "Remark",
    addRemark: "Add a remark",
    remarkOf: "Remark of {{device}}",
    remarkSaved: "Remark saved",
  },
);

interface DevicesProps {
  devices: DeviceView[];
  /** More than `devices` when there are so many that only some were read. */
  total: number;
  extensionId: number;
}

/** The signed-in devices of an extension: what they are, a remark that their user sees as well, and the way out. */
export function Devices({ devices, total, extensionId }: DevicesProps) {
  const t = useText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const read = () => queryClient.invalidateQueries({ queryKey: devicesQuery(extensionId).queryKey });
  const onError = (error: Error) => void message.error(errorText(error));
  const all = useMutation({
    mutationFn: () => endAllSessions(extensionId),
    onSuccess: async ({ sessions_ended: count }) => {
      await read();
      message.success(t("signedOutAll", { count }));
    },
    onError,
  });
  const end = useMutation({
    mutationFn: endSession,
    onSuccess: async () => {
      await read();
      message.success(t("signedOut"));
    },
    onError,
  });
  return (
    <section className={baseStyles.panel} aria-label={t("devices")}>
      <div className={pagesStyles.sectionHead}>
        <h2 className={baseStyles.panelTitle}>{t("devices")}</h2>
        {devices.length > 1 ? (
          <Popconfirm
            title={t("signOutAllAsk", { count: total })}
            okText={t("signOutAll")}
            onConfirm={() => all.mutateAsync().catch(() => undefined)}
          >
            <Button danger type="text">
              {t("signOutAll")}
            </Button>
          </Popconfirm>
        ) : null}
      </div>
      {devices.length === 0 ? (
        <p className={classes(baseStyles.secondary, pagesStyles.noMargin)}>{t("noDevices")}</p>
      ) : null}
      <ul className={pagesStyles.deviceList}>
        {devices.map((device) => (
          <Device key={device.id} device={device} onChanged={read} onEnd={() => end.mutateAsync(device.id)} />
        ))}
      </ul>
      {total > devices.length ? (
        <p className={classes(baseStyles.secondary, pagesStyles.noMargin)}>
          {t("shown", { shown: devices.length, count: total })}
        </p>
      ) : null}
    </section>
  );
}

interface DeviceProps {
  device: DeviceView;
  onChanged: () => Promise<void>;
  onEnd: () => Promise<unknown>;
}

function Device({ device, onChanged, onEnd }: DeviceProps) {
  const t = useText();
  const common = useCommonText();
  const language = useLanguage();
  const name = device.device_name || t("unnamed");
  const facts = [
    [device.version, device.system].filter(Boolean).join(" · "),
    device.address,
    t("lastSeen", { time: formatDateTime(device.last_seen_at, language) }),
  ];
  return (
    <li>
      <ClientKindIcon kind={device.client_kind as Kind} style={{ fontSize: 20 }} />
      <div className={pagesStyles.deviceText}>
        <div>
          {name} <span className={baseStyles.secondary}>{common(device.client_kind as Kind)}</span>
        </div>
        <div className={classes(baseStyles.secondary, baseStyles.numbers)}>{facts.filter(Boolean).join(" · ")}</div>
        <Remark device={device} name={name} onChanged={onChanged} />
      </div>
      <Popconfirm title={t("signOutAsk")} okText={t("signOut")} onConfirm={() => onEnd().catch(() => undefined)}>
        <Button danger type="text">
          {t("signOut")}
        </Button>
      </Popconfirm>
    </li>
  );
}

/** Enter or leaving the field saves, Esc keeps what was there. */
function Remark({ device, name, onChanged }: { device: DeviceView; name: string; onChanged: () => Promise<void> }) {
  const t = useText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const [text, setText] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (remark: string) => saveRemark(device.id, remark),
    onSuccess: async () => {
      await onChanged();
      setText(null);
      message.success(t("remarkSaved"));
    },
    onError: (error) => message.error(errorText(error)),
  });
  const finish = () => {
    if (text === null || save.isPending) return;
    if (text.trim() === device.remark) setText(null);
    else save.mutate(text.trim());
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") setText(null);
    if (event.key !== "Enter") return;
    event.preventDefault(); // it would save the whole page
    finish();
  };
  if (text === null)
    return (
      <Button
        type="text"
        size="small"
        className={compareStyles.deviceRemark}
        icon={<EditOutlined aria-hidden="true" />}
        aria-label={t("remarkOf", { device: name })}
        onClick={() => setText(device.remark)}
      >
        {device.remark || t("addRemark")}
      </Button>
    );
  return (
    <Input
      size="small"
      autoFocus
      className={compareStyles.deviceRemarkInput}
      maxLength={63}
      value={text}
      placeholder={t("remark")}
      aria-label={t("remarkOf", { device: name })}
      onChange={({ target }) => setText(target.value)}
      onKeyDown={onKey}
      onBlur={finish}
    />
  );
}
