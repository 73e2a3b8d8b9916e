// Log lines for a reader: time, function, level, message, and then the fields that identify the call.
import { styleText } from "node:util";
import { isObject, type JsonObject, parseObject, textAt } from "../json.ts";
import type { Level, LogEntry, LogSink } from "../log.ts";
import { printable } from "./printable.ts";

interface PrinterOptions {
  /** Shows only structured lines of functions with this Call-ID, and all lines of the cloud itself. */
  readonly callId?: string;
  /** Shows errors only. */
  readonly quiet: boolean;
  /** Shows durations too. */
  readonly verbose: boolean;
  readonly color: boolean;
  readonly write: (line: string) => void;
}

export function createLogPrinter(options: PrinterOptions): LogSink {
  return (entry) => {
    const fields = parseObject(entry.text);
    if (isWanted(entry, fields, options)) options.write(toLine(entry, fields, options.color));
  };
}

function isWanted({ level, source }: LogEntry, fields: JsonObject | undefined, options: PrinterOptions): boolean {
  if (level === "REPORT") return options.verbose && !options.quiet && options.callId === undefined;
  if (options.quiet && level !== "ERROR") return false;
  if (options.callId === undefined || source === "cloud") return true;
  return textAt(fields?.["sip"], "call_id") === options.callId;
}

function toLine({ at, level, source, text }: LogEntry, fields: JsonObject | undefined, color: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], words: string) => {
    return color ? styleText(style, words, { validateStream: false }) : words;
  };
  const time = new Date(at).toTimeString().slice(0, 8) + ((at % 1000) / 1000).toFixed(3).slice(1);
  const head = `${paint("dim", time)} ${paint("cyan", source.padEnd(10))} ${paint(colors[level], level.padEnd(6))}`;
  if (fields === undefined) return `${head} ${visible(text)}`;
  const message = visible(textAt(fields, "message") ?? "");
  return `${head} ${message}${sentOf(fields)}${paint("dim", details(fields))}${errorOf(fields)}`;
}

const colors = {
  TRACE: "dim",
  FATAL: "red",
  DEBUG: "dim",
  INFO: "green",
  WARN: "yellow",
  ERROR: "red",
  REPORT: "dim",
} as const satisfies Record<Level, string>;

/** The messages that were sent for it, with their flows. */
function sentOf({ sent }: JsonObject): string {
  const titles = Array.isArray(sent) ? sent.filter((title) => typeof title === "string") : [];
  return titles.length === 0 ? "" : visible(` → ${titles.join(", ")}`);
}

/** Scalars as `name=value`, those of an object as `object.name=value`; the ones that identify a call first. */
function details(fields: JsonObject): string {
  const shown = scalarsIn(fields, "").toSorted(([one], [other]) => rank(one) - rank(other));
  return shown
    .map(([name, value]) => ` ${visible(`${name}=${/[\s"]/.test(value) ? JSON.stringify(value) : value}`)}`)
    .join("");
}

function scalarsIn(fields: JsonObject, prefix: string): readonly (readonly [name: string, value: string])[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    const name = prefix + key;
    if (elsewhere.has(name)) return [];
    if (isObject(value)) return scalarsIn(value, `${name}.`);
    const text = textAt(fields, key);
    return text === undefined ? [] : [[name, text] as const];
  });
}

function rank(name: string): number {
  const index = first.indexOf(name);
  return index < 0 ? first.length : index;
}

const first = ["sip.call_id", "flow"];
/** Shown in another place, or a part of the message. */
const elsewhere = new Set([
  "level",
  "message",
  "time",
  "timestamp",
  "error",
  "sip.method",
  "sip.code",
  "sip.cseq.method",
]);

/** The stack of an error on lines of its own. */
function errorOf(fields: JsonObject): string {
  const error = fields["error"];
  if (!isObject(error)) return "";
  const text = textAt(error, "stack") ?? textAt(error, "message") ?? JSON.stringify(error);
  return `\n    ${visible(text)}`;
}

/** Escapes what a terminal would obey, and indents further lines so that they do not look like entries. */
function visible(text: string): string {
  return printable(text).replaceAll("\n", "\n    ");
}
