import { createContext, useContext } from "react";
import type { Softphone } from "../phone/softphone";
import type { SoftphoneState } from "../phone/softphone-state";
import { useStore } from "../phone/store";

export const SoftphoneContext = createContext<Softphone | null>(null);

export function useSoftphone(): Softphone {
  const softphone = useContext(SoftphoneContext);
  if (!softphone) throw new Error("outside of a signed-in softphone");
  return softphone;
}

export function useSoftphoneState<Part>(pick: (state: SoftphoneState) => Part): Part {
  return useStore(useSoftphone().store, pick);
}
