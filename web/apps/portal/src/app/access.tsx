import { useQuery } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import { createContext, type ReactNode, useContext } from "react";
import { sessionQuery } from "../api/session";
import { type Action, allows, type Page } from "./pages";

const ReadOnlyContext = createContext(false);

/** Whether the page at hand may be read but not changed. Everything on it is disabled then, but what only reads. */
export const useReadOnly = (): boolean => useContext(ReadOnlyContext);

/** Disables every control inside, for a role that may only view the page. */
export function ReadOnly({ active, children }: { active: boolean; children: ReactNode }) {
  return (
    <ReadOnlyContext.Provider value={active}>
      {active ? <ConfigProvider componentDisabled>{children}</ConfigProvider> : children}
    </ReadOnlyContext.Provider>
  );
}

/** What reads and changes nothing, such as a search: it stays usable on a page that may not be changed. */
export function Reading({ children }: { children: ReactNode }) {
  return useReadOnly() ? <ConfigProvider componentDisabled={false}>{children}</ConfigProvider> : children;
}

/** What the signed-in administrator's role allows. While it is not known yet, nothing. */
export function useMay(): (page: Page, action?: Action) => boolean {
  const { data } = useQuery(sessionQuery);
  return (page, action = "view") => allows(data?.permissions ?? {}, page, action);
}
