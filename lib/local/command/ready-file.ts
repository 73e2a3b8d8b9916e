// Tells a script that the cloud is ready, and its addresses.
import { renameSync, rmSync, writeFileSync } from "node:fs";
import type { Endpoints } from "../services/registry.ts";

export interface ReadyNews {
  /** Address for clients. */
  readonly ws: string;
  readonly domain: string;
  /** URL of the phone page. */
  readonly phone: string;
  /** Processes to end, or to inspect. */
  readonly pids: readonly number[];
  readonly endpoints: Endpoints;
}

/** Writes the file at once, so that a reader never sees a part of it. Throws errors of the file system. */
export function writeReadyFile(file: string, news: ReadyNews): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(news, null, 2)}\n`);
  renameSync(draft, file);
}

/** Removes the file of an earlier run before a start, and the own one at the end. */
export function removeReadyFile(file: string): void {
  rmSync(file, { force: true });
}
