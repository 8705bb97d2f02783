import type { Organization } from "@linkus/sdk/api";
import { type DragEvent, useRef, useState } from "react";
import { type DepartmentPlace, type DropWhere, dropWhere, placeOfDrop } from "./tree";

const OPENS_AFTER_MS = 600;

interface DragHandlers {
  onDragStart: (event: DragEvent) => void;
  onDragOver: (event: DragEvent) => void;
  onDragLeave: () => void;
  onDrop: (event: DragEvent) => void;
  onDragEnd: () => void;
}

/** Dragging departments: between two others, or into one; a closed one opens when the pointer stays over it. */
export function useDepartmentDrag(
  organization: Organization,
  openRow: (id: number) => void,
  onPlace: (id: number, place: DepartmentPlace) => void,
): { drop: { id: number; where: DropWhere } | null; handlers: DragHandlers } {
  const [drop, setDrop] = useState<{ id: number; where: DropWhere } | null>(null);
  const dragged = useRef<number | null>(null);
  const waiting = useRef<{ id: number; timer: ReturnType<typeof setTimeout> } | null>(null);

  const stopWaiting = () => {
    if (waiting.current) clearTimeout(waiting.current.timer);
    waiting.current = null;
  };
  const wait = (id: number) => {
    if (waiting.current?.id === id) return;
    stopWaiting();
    waiting.current = { id, timer: setTimeout(() => openRow(id), OPENS_AFTER_MS) };
  };
  const end = () => {
    dragged.current = null;
    stopWaiting();
    setDrop(null);
  };

  return {
    drop,
    handlers: {
      onDragStart: (event) => {
        const id = idOf(event.target);
        if (id === null) return;
        dragged.current = id;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", String(id));
      },
      onDragOver: (event) => {
        const row = rowOf(event.target);
        const target = idOf(event.target);
        if (dragged.current === null || !row || target === null) return;
        const { top, height } = row.getBoundingClientRect();
        const where = dropWhere(event.clientY - top, height, target === 0);
        wait(target);
        if (!placeOfDrop(organization, dragged.current, target, where)) {
          setDrop(null);
          return;
        }
        event.preventDefault(); // it may be dropped here
        event.dataTransfer.dropEffect = "move";
        setDrop((before) => (before?.id === target && before.where === where ? before : { id: target, where }));
      },
      onDragLeave: stopWaiting,
      onDrop: (event) => {
        event.preventDefault();
        const place =
          drop && dragged.current !== null && placeOfDrop(organization, dragged.current, drop.id, drop.where);
        if (place && dragged.current !== null) onPlace(dragged.current, place);
        end();
      },
      onDragEnd: end,
    },
  };
}

export function rowOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-id]") : null;
}

export function idOf(target: EventTarget | null): number | null {
  const id = rowOf(target)?.dataset.id;
  return id === undefined ? null : Number(id);
}
