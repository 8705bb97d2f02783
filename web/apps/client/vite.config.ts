import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` serves the pages itself and hands the rest to a running server.
const server = process.env.LINKUS_DEV_SERVER ?? "http://127.0.0.1:8088";

export default defineConfig({
  plugins: [react()],
  // The name of a class says whose it is; `camelCase` lets code write `styles.rowMain`.
  css: { modules: { generateScopedName: "client_[local]", localsConvention: "camelCase" } },
  // The manual's oldest browsers are Chrome 87, Edge 87 and Opera 72, and Opera 72 is Chromium 86.
  build: { target: "chrome86", cssTarget: "chrome86", assetsDir: "assets", chunkSizeWarningLimit: 700 },
  server: {
    proxy: {
      "/api": { target: server, changeOrigin: true, headers: { Origin: server } },
      "/ws": { target: server.replace(/^http/, "ws"), ws: true, changeOrigin: true, headers: { Origin: server } },
    },
  },
});
