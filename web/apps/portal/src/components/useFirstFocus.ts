import { type RefObject, useRef } from "react";

interface FirstFocus {
  /** Around what the dialog holds. */
  ref: RefObject<HTMLDivElement | null>;
  afterOpenChange: (open: boolean) => void;
}

/** Gives the focus of an opened dialog to its first field: a dialog itself would give it to the button that closes it. */
export function useFirstFocus(): FirstFocus {
  const ref = useRef<HTMLDivElement>(null);
  return {
    ref,
    afterOpenChange: (open) => {
      if (open) ref.current?.querySelector<HTMLElement>("input:not(:disabled), textarea")?.focus();
    },
  };
}
