// The data of the page: lines of the log as they come, and the registered phones.
import type { Phone } from "../../operations/phones.ts";
import type { LogLine } from "../../operations/line.ts";

export interface LiveData {
  /** Name of the deployment; empty until it is known. */
  readonly deployment: string;
  readonly lines: readonly LogLine[];
  readonly phones: readonly Phone[];
  readonly isConnected: boolean;
}

/** The oldest lines are forgotten beyond this number. */
const MAX_LINES = 50_000;
/** Many lines of one moment are drawn once. */
const DRAW_MILLISECONDS = 200;
const PHONES_MILLISECONDS = 5000;

/** Reads until the page is closed, and reports the data after changes. */
export function readLive(report: (data: LiveData) => void): void {
  let data: LiveData = { deployment: "", lines: [], phones: [], isConnected: false };
  let planned = 0;
  const change = (part: Partial<LiveData>) => {
    data = { ...data, ...part };
    planned ||= window.setTimeout(() => {
      planned = 0;
      report(data);
    }, DRAW_MILLISECONDS);
  };
  const source = new EventSource("lines");
  let lines: LogLine[] = [];
  source.addEventListener("start", () => {
    lines = [];
    change({ lines, isConnected: true });
  });
  source.addEventListener("message", ({ data: text }: MessageEvent<string>) => {
    const line: LogLine = JSON.parse(text);
    lines.push(line);
    if (lines.length > MAX_LINES) lines = lines.slice(-MAX_LINES / 2);
    change({ lines });
  });
  source.addEventListener("error", () => change({ isConnected: false }));
  const readPhones = async () => {
    if (document.hidden) return; // on AWS the phones are a scan of a table
    const response = await fetch("phones").catch(() => undefined);
    if (response?.ok) change(await response.json());
  };
  void readPhones();
  setInterval(() => void readPhones(), PHONES_MILLISECONDS);
  document.addEventListener("visibilitychange", () => void readPhones());
}
