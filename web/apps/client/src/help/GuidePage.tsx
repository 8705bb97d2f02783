import { classes } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import type { ReactNode } from "react";
import { useEffect } from "react";
import english from "../../../../../docs/en/user.md?raw";
import chinese from "../../../../../docs/zh-CN/user.md?raw";
import { LanguageSwitch } from "../parts/Switches";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";
import { type Block, blocksOf } from "./markdown";

/** The user's guide as docs/ has it (OV-4). Loaded only when it is read. */
export default function GuidePage() {
  const t = useText();
  const language = useLanguage();
  useEffect(() => {
    document.title = `${t("help.guide")} - Linkus`;
  }, [t]);
  const blocks = blocksOf(language === "en" ? english : chinese);
  return (
    <div className={gateStyles.gate}>
      <main className={classes(gateStyles.gateCard, gateStyles.helpPage)}>
        {grouped(blocks)}
        <a href="/help">{t("help.link")}</a>
      </main>
      <footer>
        <LanguageSwitch />
      </footer>
    </div>
  );
}

/** Items that follow each other are one list. */
function grouped(blocks: Block[]): ReactNode[] {
  const shown: ReactNode[] = [];
  let items: ReactNode[] = [];
  const close = () => {
    if (items.length > 0) shown.push(<ul key={shown.length}>{items}</ul>);
    items = [];
  };
  blocks.forEach(({ type, words }, at) => {
    const text = words.map((word, nth) => (nth % 2 ? <strong key={nth}>{word}</strong> : word));
    if (type === "item") {
      items.push(<li key={at}>{text}</li>);
      return;
    }
    close();
    const Element = type === "text" ? "p" : type;
    shown.push(<Element key={shown.length}>{text}</Element>);
  });
  close();
  return shown;
}
