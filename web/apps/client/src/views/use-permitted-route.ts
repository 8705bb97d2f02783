import { useEffect, useRef } from "react";
import { useSoftphone } from "../app/context";
import { hrefOf, type Route, replaceRoute, useRoute } from "../app/route";
import { hiddenView, permittedRoute, shownAgain } from "../parts/permissions";
import { readCounts } from "../server/counts";
import { forgetHiddenMenus } from "../server/menus";
import { usePermissions } from "../server/permissions";

/** Where the user is. A view whose menu a rule hides is closed, and the dial pad opens with an explanation (PM-3). */
export function usePermittedRoute(): Route {
  const { store } = useSoftphone();
  const route = useRoute();
  const permissions = usePermissions();
  const { view } = route;
  const hidden = hiddenView(permissions, route);
  const before = useRef(permissions);

  useEffect(() => {
    if (hidden) {
      store.set({ hiddenMenu: hidden });
      replaceRoute(hrefOf("dial"));
    } else if (view !== "dial" && view !== "call" && store.state.hiddenMenu) store.set({ hiddenMenu: null });
  }, [hidden, view, store]);

  // After the views of hidden menus are gone from the page.
  useEffect(() => {
    if (!permissions) return;
    forgetHiddenMenus(permissions);
    if (shownAgain(before.current, permissions).length > 0) void readCounts();
    before.current = permissions;
  }, [permissions]);

  return permittedRoute(permissions, route);
}
