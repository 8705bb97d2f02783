import { useEffect, useState } from "react";
import { linkus } from "../linkus";
import { Frame } from "../login/Frame";
import { Softphone } from "../phone/softphone";
import { readPermissions } from "../server/permissions";
import { queryClient } from "../server/query-client";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";
import { Shell } from "../views/Shell";
import { SoftphoneContext } from "./context";
import { errorWords } from "./error-words";

/** Shows an administrator the client as a user sees it: read-only, without calls, events and the user's own data. */
export function PreviewPage() {
  const t = useText();
  const [softphone, setSoftphone] = useState<Softphone | null>(null);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    let gone = false;
    const open = async () => {
      const session = await linkus.session();
      if (gone) return;
      if (!session) {
        location.replace("/portal/");
        return;
      }
      queryClient.clear();
      const opened = new Softphone(linkus, session);
      opened.showOnly();
      await readPermissions();
      if (!gone) setSoftphone(opened);
    };
    open().catch(setError);
    // The rules may have changed in the portal meanwhile.
    const refresh = () => void readPermissions();
    window.addEventListener("focus", refresh);
    return () => {
      gone = true;
      window.removeEventListener("focus", refresh);
    };
  }, []);

  if (softphone)
    return (
      <SoftphoneContext.Provider value={softphone}>
        <Shell />
      </SoftphoneContext.Provider>
    );
  if (!error) return null;
  return (
    <Frame title={t("preview.title")}>
      <p className={gateStyles.formError} role="alert">
        {errorWords(error, t)}
      </p>
    </Frame>
  );
}
