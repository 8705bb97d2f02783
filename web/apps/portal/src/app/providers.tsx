import { useLanguage } from "@linkus/ui/text";
import { QueryClientProvider } from "@tanstack/react-query";
import { App, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { type ReactNode, useEffect, useMemo } from "react";
import { queryClient } from "../api/query";
import { AppearanceProvider, useAppearance } from "./appearance";
import { portalTheme } from "./theme";

export function Providers({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      <AppearanceProvider>
        <Components>{children}</Components>
      </AppearanceProvider>
    </QueryClientProvider>
  );
}

function Components({ children }: { children: ReactNode }) {
  const language = useLanguage();
  const { appearance } = useAppearance();
  const theme = useMemo(() => portalTheme(appearance), [appearance]);

  useEffect(() => {
    document.documentElement.lang = language;
    // What the server says is in the language of the page, so it is read again.
    void queryClient.invalidateQueries();
  }, [language]);

  return (
    <ConfigProvider
      locale={language === "zh-CN" ? zhCN : enUS}
      theme={theme}
      button={{ autoInsertSpace: false }}
      form={{ requiredMark: (label) => label }}
    >
      <App>{children}</App>
    </ConfigProvider>
  );
}
