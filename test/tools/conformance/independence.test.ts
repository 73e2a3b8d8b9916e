import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

// A judge must not ask the accused: the suite shares no code with the server it may be pointed at.

const here = fileURLToPath(new URL(".", import.meta.url));

/** Files that bring the servers of this repository before the suite. */
const court = /\.test\.ts$|^judged-server\.ts$/;

test("the suite imports its own files, ws and Node's modules only", () => {
  const files = readdirSync(here, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !court.test(file),
  );
  const imports = files.flatMap((file) => {
    const text = readFileSync(here + file, "utf8");
    return [...text.matchAll(/^(?:import|export)[^"'`;]*?from "([^"]+)"/gm)].map(([, name = ""]) => ({ file, name }));
  });
  const strangers = imports.filter(({ file, name }) => {
    if (name === "ws" || name.startsWith("node:")) return false;
    return !new URL(name, new URL(file, import.meta.url)).pathname.startsWith(here);
  });
  expect(files.length).toBeGreaterThan(50);
  expect(strangers).toEqual([]);
});
