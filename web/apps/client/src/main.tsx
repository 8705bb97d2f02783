import "@linkus/ui/brand.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/gate.css";
import "./styles/shell.css";
import "./styles/lists.css";
import "./styles/detail.css";
import "./styles/narrow.css";
import "./styles/call.css";
import "./styles/call-elsewhere.css";
import "./styles/features.css";
import "./styles/voicemail.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startAppearance } from "./parts/appearance";
import { watchInstallOffer } from "./parts/install";
import { prepareNotices } from "./phone/notices";
import { queryClient } from "./server/query-client";

declare global {
  interface Window {
    /** Set by browser-check.js when this browser cannot run the page. */
    linkusUnsupported?: boolean;
  }
}

function start(root: HTMLElement): void {
  startAppearance();
  watchInstallOffer();
  prepareNotices();
  createRoot(root).render(
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>,
  );
}

const root = document.getElementById("root");
if (root && !window.linkusUnsupported) start(root);
