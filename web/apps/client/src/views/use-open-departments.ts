import { useState } from "react";

// Kept while another view is open, so that one comes back to the place where one was.
let kept: ReadonlySet<number> = new Set();

interface OpenDepartments {
  open: ReadonlySet<number>;
  toggle: (id: number) => void;
  openPath: (ids: number[]) => void;
}

export function useOpenDepartments(): OpenDepartments {
  const [open, setOpen] = useState(kept);
  const set = (next: Set<number>) => {
    kept = next;
    setOpen(next);
  };
  return {
    open,
    toggle: (id) => {
      const next = new Set(open);
      if (!next.delete(id)) next.add(id);
      set(next);
    },
    openPath: (ids) => set(new Set([...open, ...ids])),
  };
}
