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
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startI18n } from "./i18n";
import { startAppearance } from "./parts/appearance";
import { watchInstallOffer } from "./parts/install";
import { prepareNotices } from "./phone/notices";

declare global {
  interface Window {
    /** Set by browser-check.js when this browser cannot run the page. */
    linkusUnsupported?: boolean;
  }
}

async function start(root: HTMLElement): Promise<void> {
  startAppearance();
  watchInstallOffer();
  prepareNotices();
  await startI18n();
  createRoot(root).render(<App />);
}

const root = document.getElementById("root");
if (root && !window.linkusUnsupported) void start(root);
