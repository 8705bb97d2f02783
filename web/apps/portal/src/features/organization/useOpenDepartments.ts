import type { Organization } from "@linkus/sdk/api";
import { useCallback, useState } from "react";

const OPEN_AT_FIRST = 30; // a small tree is seen as a whole

interface OpenDepartments {
  open: ReadonlySet<number>;
  toggle: (id: number) => void;
  openMany: (ids: number[]) => void;
  closeAll: () => void;
}

/** Which departments of the tree are open. */
export function useOpenDepartments(organization: Organization): OpenDepartments {
  const [open, setOpen] = useState<ReadonlySet<number>>(
    () => new Set(organization.departments.length <= OPEN_AT_FIRST ? organization.departments.map(({ id }) => id) : []),
  );
  return {
    open,
    toggle: useCallback((id) => {
      setOpen((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      });
    }, []),
    openMany: useCallback((ids) => setOpen((before) => new Set([...before, ...ids])), []),
    closeAll: useCallback(() => setOpen(new Set()), []),
  };
}
