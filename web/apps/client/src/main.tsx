import "@linkus/ui/tokens.css";
import "./styles/base.module.css";
import "./styles/gate.module.css";
import "./styles/shell.module.css";
import "./styles/lists.module.css";
import "./styles/detail.module.css";
import "./styles/narrow.module.css";
import "./styles/call.module.css";
import "./styles/call-elsewhere.module.css";
import "./styles/features.module.css";
import "./styles/locked.module.css";
import "./styles/voicemail.module.css";
import "./styles/departments.module.css";
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
