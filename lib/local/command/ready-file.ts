// Tells a script that the cloud serves, and where.
import { renameSync, rmSync, writeFileSync } from "node:fs";
import type { Endpoints } from "../services/registry.ts";

export interface ReadyNews {
  /** What a client connects to. */
  readonly ws: string;
  readonly domain: string;
  /** URL of the phone page. */
  readonly phone: string;
  /** Processes to end, or to look at. */
  readonly pids: readonly number[];
  readonly endpoints: Endpoints;
}

/** Writes it so that nobody ever reads half of it. Throws what the file system says. */
export function writeReadyFile(file: string, news: ReadyNews): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(news, null, 2)}\n`);
  renameSync(draft, file);
}

/** Before a start, what an earlier run left behind; at the end, our own. */
export function removeReadyFile(file: string): void {
  rmSync(file, { force: true });
}
