import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Providers } from "./app/providers";
import { router } from "./app/router";
import "./styles/base.css";
import "./styles/list.css";
import "./styles/form.css";
import "./styles/pages.css";
import "./styles/template.css";
import "./styles/calls.css";
import "./styles/compare.css";
import "./styles/lines.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Providers>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
