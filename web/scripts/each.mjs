// Runs one npm script in every workspace that has it, in the order packages, then apps.
// npm itself may not be on PATH (PyPI's Node.js wheel has none there), so it is called by the path that npm gave us.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const script = process.argv[2];

for (const group of ["packages", "apps"]) {
  const folder = join(root, group);
  if (!existsSync(folder)) continue;
  for (const name of readdirSync(folder).sort()) {
    const manifest = join(folder, name, "package.json");
    if (!existsSync(manifest)) continue;
    if (!JSON.parse(readFileSync(manifest, "utf8")).scripts?.[script]) continue;
    const run = spawnSync(process.execPath, [process.env.npm_execpath, "run", "--silent", script], {
      cwd: join(folder, name),
      stdio: "inherit",
    });
    if (run.status !== 0) process.exit(run.status ?? 1);
  }
}
