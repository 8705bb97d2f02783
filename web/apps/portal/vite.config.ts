import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// LINKUS_DEV_SERVER: the address of a running server, for `vite` and `vite preview`.
const server = process.env.LINKUS_DEV_SERVER ?? "http://127.0.0.1:8088";

const proxy = { "/api": { target: server }, "/ws": { target: server, ws: true } };

export default defineConfig({
  base: "/portal/",
  plugins: [react()],
  build: { target: "es2022", chunkSizeWarningLimit: 900 },
  server: { proxy },
  preview: { proxy },
});
