import { GlobalOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { type AppearanceChoice, LANGUAGES, type Language } from "@linkus/ui";
import { changeLanguage, defineText, useLanguage } from "@linkus/ui/text";
import { Button, Dropdown } from "antd";
import { useAppearance } from "./appearance";

const useText = defineText(
  "preferences",
  { language: "语言", appearance: "外观", system: "跟随系统", light: "浅色", dark: "深色" },
  { language: "Language", appearance: "Appearance", system: "As the device", light: "Light", dark: "Dark" },
);

/** The switch stands on every page, those before signing in included. Both names are written in their own language. */
export function LanguageSwitch() {
  const t = useText();
  const language = useLanguage();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true,
        selectedKeys: [language],
        items: LANGUAGES.map(({ code, name }) => ({ key: code, label: <span lang={code}>{name}</span> })),
        onClick: ({ key }) => void changeLanguage(key as Language),
      }}
    >
      <Button type="text" icon={<GlobalOutlined aria-hidden="true" />} aria-label={t("language")}>
        {LANGUAGES.find(({ code }) => code === language)?.name}
      </Button>
    </Dropdown>
  );
}

export function AppearanceSwitch() {
  const t = useText();
  const { choice, appearance, choose } = useAppearance();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true,
        selectedKeys: [choice],
        items: (["system", "light", "dark"] as const).map((key) => ({ key, label: t(key) })),
        onClick: ({ key }) => choose(key as AppearanceChoice),
      }}
    >
      <Button
        type="text"
        icon={appearance === "dark" ? <MoonOutlined aria-hidden="true" /> : <SunOutlined aria-hidden="true" />}
        aria-label={t("appearance")}
        title={t("appearance")}
      />
    </Dropdown>
  );
}
