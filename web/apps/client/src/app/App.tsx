import type { LoginKind } from "@linkus/sdk";
import { lazy, Suspense } from "react";
import { HelpPage } from "../help/HelpPage";
import { PopTestPage } from "../help/PopTestPage";
import { ForgotPage } from "../login/ForgotPage";
import { LinkPage } from "../login/LinkPage";
import { LoginPage } from "../login/LoginPage";
import { ResetPage } from "../login/ResetPage";
import { Client } from "./Client";
import { usePath } from "./route";

const GuidePage = lazy(() => import("../help/GuidePage"));
const LINK = /^\/login\/(web|desktop|mobile)\/?$/;

export function App() {
  const path = usePath();
  const link = LINK.exec(path);
  if (link) return <LinkPage kind={link[1] as LoginKind} />;
  if (/^\/login\/?$/.test(path)) return <LoginPage />;
  if (/^\/help\/?$/.test(path)) return <HelpPage />;
  if (/^\/help\/guide\/?$/.test(path))
    return (
      <Suspense fallback={null}>
        <GuidePage />
      </Suspense>
    );
  if (/^\/pop-test\/?$/.test(path)) return <PopTestPage />;
  if (/^\/forgot-password\/?$/.test(path)) return <ForgotPage />;
  if (/^\/reset-password\/?$/.test(path)) return <ResetPage />;
  return <Client />;
}
