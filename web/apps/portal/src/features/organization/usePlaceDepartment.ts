import type { DepartmentItem } from "@linkus/sdk/api";
import { useUndo } from "../../components/useUndo";
import { placeDepartment, rereadPlaces } from "./queries";
import { useOrganizationText } from "./text";
import type { DepartmentPlace } from "./tree";

/** Moves a department, and offers to move it back. */
export function usePlaceDepartment(): (department: DepartmentItem, place: DepartmentPlace) => Promise<void> {
  const t = useOrganizationText();
  const sayWithUndo = useUndo();
  return async (department, place) => {
    const { id, name, parent_id, position, version } = department;
    const moved = await placeDepartment(id, { ...place, version }).finally(rereadPlaces);
    sayWithUndo(t(place.parent_id === parent_id ? "reordered" : "moved", { name }), async () => {
      await placeDepartment(id, { parent_id, position, version: moved.version });
      await rereadPlaces();
    });
  };
}
