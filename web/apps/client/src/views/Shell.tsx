import { classes } from "@linkus/ui";
import { useEffect } from "react";
import { useSoftphoneState } from "../app/context";
import { go, parseRoute, type Route, replaceRoute } from "../app/route";
import { useIsVisible } from "../server/permissions";
import detailStyles from "../styles/detail.module.css";
import listsStyles from "../styles/lists.module.css";
import narrowStyles from "../styles/narrow.module.css";
import shellStyles from "../styles/shell.module.css";
import { Banners } from "./Banners";
import { CallBar } from "./CallBar";
import { CallLog } from "./CallLog";
import { CallRecordCard } from "./CallRecordCard";
import { CallSettings } from "./CallSettings";
import { CallWindow } from "./CallWindow";
import { CodecSettings } from "./CodecSettings";
import { ColleagueCard } from "./ColleagueCard";
import { Colleagues } from "./Colleagues";
import { DialPad } from "./DialPad";
import { IncomingCall } from "./IncomingCall";
import { MessageCard } from "./MessageCard";
import { Nav } from "./Nav";
import { PasswordSettings } from "./PasswordSettings";
import { ScreenPopSettings } from "./ScreenPopSettings";
import { Settings } from "./Settings";
import { useDocumentTitle } from "./use-document-title";
import { usePermittedRoute } from "./use-permitted-route";
import { Voicemail } from "./Voicemail";

/** Menu, list and detail side by side; on a narrow screen the stylesheet shows one of them at a time. */
export function Shell() {
  const route = usePermittedRoute();
  const seesColleagues = useIsVisible("colleagues");
  const shownCalls = useSoftphoneState((state) => state.calls.filter((call) => call.phase !== "incoming").length);
  const over = useSoftphoneState((state) => state.over !== null);
  useDocumentTitle();
  useCallRoute(shownCalls, over);

  const callIsShown = route.view === "call";
  const hasList = seesColleagues || (!callIsShown && route.view !== "dial");
  const detailIsOpen = callIsShown || route.view === "dial" || route.item !== null;
  return (
    <div
      className={classes(
        shellStyles.shell,
        !hasList && shellStyles.withoutList,
        detailIsOpen ? narrowStyles.showsDetail : narrowStyles.showsList,
        narrowStyles[`view-${route.view}`],
      )}
    >
      <Nav view={route.view} />
      <section className={listsStyles.list}>
        {!callIsShown && <CallBar />}
        <Banners />
        {hasList && <List route={route} />}
      </section>
      <section className={detailStyles.detail}>{callIsShown ? <CallWindow /> : <Detail route={route} />}</section>
      <IncomingCall />
    </div>
  );
}

function List({ route: { view, item } }: { route: Route }) {
  if (view === "calls") return <CallLog selected={item} />;
  if (view === "voicemail") return <Voicemail selected={item} />;
  if (view === "settings") return <Settings />;
  return <Colleagues selected={item} />;
}

function Detail({ route }: { route: Route }) {
  if (route.view === "colleagues" && route.item) return <ColleagueCard key={route.item} number={route.item} />;
  if (route.view === "calls" && route.item) return <CallRecordCard key={route.item} id={Number(route.item)} />;
  if (route.view === "voicemail" && route.item) return <MessageCard key={route.item} id={Number(route.item)} />;
  if (route.view === "settings" && route.item === "codec") return <CodecSettings />;
  if (route.view === "settings" && route.item === "password") return <PasswordSettings />;
  if (route.view === "settings" && route.item === "call") return <CallSettings />;
  if (route.view === "settings" && route.item === "screen-pop") return <ScreenPopSettings />;
  return <DialPad key={route.item ?? ""} initial={route.view === "dial" ? (route.item ?? "") : ""} />;
}

let before = "#/dial";

/** A call that begins takes the detail; when the last one is over the page goes back to where it was. */
function useCallRoute(calls: number, over: boolean): void {
  useEffect(() => {
    if (calls > 0 && parseRoute(location.hash).view !== "call") {
      before = location.hash || "#/dial";
      go("call");
    }
  }, [calls]);
  useEffect(() => {
    if (calls === 0 && !over && parseRoute(location.hash).view === "call") replaceRoute(before);
  }, [calls, over]);
}
