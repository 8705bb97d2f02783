import type { LoginKind } from "@linkus/sdk";
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { HelpPage } from "../help/HelpPage";
import { PopTestPage } from "../help/PopTestPage";
import { ForgotPage } from "../login/ForgotPage";
import { LinkPage } from "../login/LinkPage";
import { LoginPage } from "../login/LoginPage";
import { ResetPage } from "../login/ResetPage";
import { Client } from "./Client";
import { PreviewPage } from "./PreviewPage";

const GuidePage = lazy(() => import("../help/GuidePage"));
const LINK = /^\/login\/(?<kind>web|desktop|mobile)\/?$/;

export function App() {
  return (
    <Switch>
      <Route path={LINK}>{({ kind }) => <LinkPage kind={kind as LoginKind} />}</Route>
      <Route path="/login" component={LoginPage} />
      <Route path="/help" component={HelpPage} />
      <Route path="/help/guide">
        <Suspense fallback={null}>
          <GuidePage />
        </Suspense>
      </Route>
      <Route path="/pop-test" component={PopTestPage} />
      <Route path="/forgot-password" component={ForgotPage} />
      <Route path="/reset-password" component={ResetPage} />
      <Route path="/preview/:extension/:kind" component={PreviewPage} />
      <Route component={Client} />
    </Switch>
  );
}
