import { defineText } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, Outlet, useRouterState } from "@tanstack/react-router";
import { Alert, Button, Result } from "antd";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { queryClient } from "../api/query";
import { sessionQuery } from "../api/session";
import { useRoleText } from "../features/administrators/text";
import baseStyles from "../styles/base.module.css";
import { ReadOnly } from "./access";
import { accessTo, firstPath } from "./pages";

const SecondFactorNeeded = lazy(async () => ({
  default: (await import("../features/account/SecondFactorNeeded")).SecondFactorNeeded,
}));

const useText = defineText(
  "guarded",
  {
    hidden: "你的角色没有“{{page}}”页面的权限",
    hiddenText: "你的角色是“{{role}}”。如需使用此页面，请联系超级管理员。",
    readOnly: "只能查看",
    readOnlyText: "你的角色“{{role}}”可以查看“{{page}}”，但不能修改。如需修改，请联系超级管理员。",
    toFirst: "打开“{{page}}”",
    nothing: "你的角色还没有任何页面的权限",
  },
  {
    hidden: "Your role may not see the page “{{page}}”",
    hiddenText: "Your role is “{{role}}”. If you need this page, ask a super administrator.",
    readOnly: "View only",
    readOnlyText:
      "Your role “{{role}}” may view “{{page}}” but not change it. If you need to, ask a super administrator.",
    toFirst: "Open {{page}}",
    nothing: "Your role does not allow any page yet",
  },
);

/** The page itself, as far as the administrator's role allows it; it follows the role while it stands open. */
export function Guarded() {
  const t = useText();
  const { pageName, nameOfRole } = useRoleText();
  const { data: session } = useQuery(sessionQuery);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  // kept here, because the session may say that nothing is missing while they are still on the screen
  const [recoveryCodes, setRecoveryCodes] = useState<string[] | null>(null);
  useReadingAgain(JSON.stringify(session?.permissions ?? null));
  if (!session) return <Outlet />;
  if (session.second_factor_missing || recoveryCodes) {
    return (
      <Suspense>
        <SecondFactorNeeded codes={recoveryCodes} onCodes={setRecoveryCodes} />
      </Suspense>
    );
  }
  const access = accessTo(session.permissions, pathname);
  const role = nameOfRole(session.role, session.role_name);
  if (access.kind === "hidden") {
    const first = firstPath(session.permissions);
    if (access.page === "overview") {
      return first ? <Navigate to={first as "/"} replace /> : <Result status="info" title={t("nothing")} />;
    }
    return (
      <Result
        status="403"
        title={t("hidden", { page: pageName(access.page) })}
        subTitle={t("hiddenText", { role })}
        role="alert"
        extra={
          first ? (
            <Link to={first as "/"}>
              <Button type="primary">{t("toFirst", { page: pageName(first) })}</Button>
            </Link>
          ) : null
        }
      />
    );
  }
  const isReadOnly = access.kind === "read-only";
  return (
    <>
      {isReadOnly ? <ReadOnlyNote pathname={pathname} role={role} /> : null}
      <ReadOnly active={isReadOnly}>
        <Outlet />
      </ReadOnly>
    </>
  );
}

function ReadOnlyNote({ pathname, role }: { pathname: string; role: string }) {
  const t = useText();
  const { pageName } = useRoleText();
  return (
    <Alert
      className={baseStyles.readOnlyNote}
      type="info"
      showIcon
      title={t("readOnly")}
      description={t("readOnlyText", { role, page: pageName(pathname) })}
    />
  );
}

/** A role that has changed: what was refused before may be there now, and the other way round. */
function useReadingAgain(permissions: string): void {
  const before = useRef(permissions);
  useEffect(() => {
    if (before.current !== permissions && before.current !== "null") void queryClient.invalidateQueries();
    before.current = permissions;
  }, [permissions]);
}
