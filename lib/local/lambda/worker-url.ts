// The module that each environment's thread runs. Its types are removed once here: a thread that does it by itself loads
// Node's compiler, which costs half of its start (250 ms of CPU against 140 ms).
import { readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { extname } from "node:path";

let url: URL | undefined;

export function workerUrl(): URL {
  url ??= locate();
  return url;
}

function locate(): URL {
  const file = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
  if (!file.pathname.endsWith(".ts")) return file;
  const code = nodeModule.stripTypeScriptTypes(readFileSync(file, "utf8"));
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
