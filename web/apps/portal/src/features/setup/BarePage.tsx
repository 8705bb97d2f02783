import { Flex } from "antd";
import { type ReactNode, useEffect } from "react";
import { Brand } from "../../app/Brand";
import { AppearanceSwitch, LanguageSwitch } from "../../app/preferences";
import baseStyles from "../../styles/base.module.css";

/** A page for somebody who is not signed in: no menu, but language and appearance. */
export function BarePage({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Linkus`;
  }, [title]);
  return (
    <div className={baseStyles.barePage}>
      <header>
        <Brand />
        <Flex>
          <LanguageSwitch />
          <AppearanceSwitch />
        </Flex>
      </header>
      <main>{children}</main>
    </div>
  );
}
