import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Providers } from "./app/providers";
import { router } from "./app/router";
import "@linkus/ui/tokens.css";
import "./styles/base.module.css";
import "./styles/list.module.css";
import "./styles/form.module.css";
import "./styles/pages.module.css";
import "./styles/template.module.css";
import "./styles/calls.module.css";
import "./styles/compare.module.css";
import "./styles/lines.module.css";
import "./styles/permission.module.css";
import "./styles/organization.module.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Providers>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
