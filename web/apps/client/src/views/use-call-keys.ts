import { useEffect } from "react";

/** Keys of the window of an incoming call: with Alt, so that nothing that is being typed answers or declines it. */
export const CALL_KEYS = { answer: "Alt+A", decline: "Alt+R" } as const;

interface Key {
  code: string;
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  repeat: boolean;
}

/** By its place on the keyboard. `typing`: into a field, where a Mac writes a letter of its own with Alt: that stays. */
export function callKey(pressed: Key, typing: boolean): keyof typeof CALL_KEYS | null {
  if (!pressed.altKey || pressed.ctrlKey || pressed.metaKey || pressed.shiftKey || pressed.repeat) return null;
  const action = (["answer", "decline"] as const).find((what) => pressed.code === `Key${CALL_KEYS[what].slice(-1)}`);
  if (!action || (typing && pressed.key.toUpperCase() !== CALL_KEYS[action].slice(-1))) return null;
  return action;
}

function isField(element: Element | null): boolean {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input, textarea, select"));
}

export function useCallKeys(does: Record<keyof typeof CALL_KEYS, () => void> | null): void {
  useEffect(() => {
    if (!does) return;
    const press = (event: KeyboardEvent) => {
      const what = callKey(event, isField(document.activeElement));
      if (!what) return;
      event.preventDefault();
      does[what]();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}
