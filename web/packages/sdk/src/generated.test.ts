import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createClient } from "@hey-api/openapi-ts";
import { expect, it } from "vitest";

const here = join(import.meta.dirname, "..");

function filesBelow(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (at: string) => {
    for (const name of readdirSync(at)) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) visit(path);
      else found.set(relative(folder, path), readFileSync(path, "utf8"));
    }
  };
  visit(folder);
  return found;
}

// `npm run generate` writes src/generated; openapi.json itself is compared with the server by the server's tests.
it("the committed client is the one that openapi.json gives", async () => {
  const fresh = mkdtempSync(join(tmpdir(), "linkus-sdk-"));
  try {
    await createClient({
      input: join(here, "openapi.json"),
      output: { path: fresh, clean: true },
      plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
      logs: { level: "silent" },
    });
    expect([...filesBelow(join(here, "src/generated"))].sort()).toEqual([...filesBelow(fresh)].sort());
  } finally {
    rmSync(fresh, { recursive: true });
  }
}, 30_000);
