import { SearchOutlined } from "@ant-design/icons";
import { Input, type InputRef } from "antd";
import { useEffect, useRef, useState } from "react";
import { useCommonText } from "../../i18n/common";
import listStyles from "../../styles/list.module.css";

const PAUSE = 250;

/** Searches while one types, after a short pause; "/" anywhere on the page puts the cursor here, Esc empties it. */
export function SearchBox({
  value,
  onChange,
  hint,
  label,
  bare = false,
}: {
  value: string;
  onChange: (value: string) => void;
  hint: string;
  /** Tells it from the search box of the page's list. */
  label?: string;
  /** Beside the search box of the page's list, which "/" leads to. */
  bare?: boolean;
}) {
  const t = useCommonText();
  const [typed, setTyped] = useState(value);
  const input = useRef<InputRef>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(value);

  useEffect(() => {
    // The address changed by other means: going back, or clearing the filters.
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);

  useEffect(() => {
    if (bare) return () => clearTimeout(timer.current);
    const focus = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus({ cursor: "all" });
    };
    document.addEventListener("keydown", focus);
    return () => {
      document.removeEventListener("keydown", focus);
      clearTimeout(timer.current);
    };
  }, [bare]);

  const send = (text: string, pause: number) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = text.trim();
      onChange(text.trim());
    }, pause);
  };

  return (
    <Input
      disabled={false} // a search changes nothing, so that it works on a read-only page
      ref={input}
      className={listStyles.searchBox}
      type="search"
      allowClear
      prefix={<SearchOutlined aria-hidden="true" />}
      suffix={typed || bare ? null : <kbd>/</kbd>}
      aria-label={label ?? t("search")}
      placeholder={hint}
      value={typed}
      onChange={(event) => send(event.target.value, PAUSE)}
      onPressEnter={() => send(typed, 0)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        if (typed) send("", 0);
        else input.current?.blur();
      }}
    />
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(input|textarea|select)$/i.test(target.tagName) ||
      target.closest("[role=dialog]") !== null)
  );
}
