// A check's conversation as a ladder: one column per phone, the server at the right; and the messages in full below it.
import type { TraceEvent } from "../lab/trace.ts";
import { readMessage } from "../sip/message.ts";

const WIDTH = 12;
const TIME = 8;

/** Lines. Each arrow has the number under which `wireOf` shows the message. */
export function ladderOf(events: readonly TraceEvent[]): readonly string[] {
  const phones = [...new Set(events.map(({ who }) => who))];
  const column = (at: number): number => TIME + at * WIDTH + 2;
  const server = column(phones.length);
  const heads = [...phones, "server"].map((name) => name.slice(0, WIDTH - 1).padEnd(WIDTH));
  const lines = [`${"ms".padStart(TIME - 1)} ${heads.join("")}`.trimEnd()];

  events.forEach(({ at, who, direction, text }, index) => {
    const rail = Array.from({ length: server + 1 }, () => " ");
    for (let phone = 0; phone <= phones.length; phone += 1) rail[column(phone)] = "|";
    const from = column(phones.indexOf(who));
    if (direction !== "note") {
      for (let place = from + 1; place < server; place += 1) if (rail[place] === " ") rail[place] = "-";
      if (direction === "sent") rail[server - 1] = ">";
      else rail[from + 1] = "<";
    } else rail[from] = "*";
    const time = at.toFixed(0).padStart(TIME - 1);
    lines.push(
      `${time} ${rail.slice(TIME).join("")}  ${direction === "note" ? text : `${index + 1}: ${titleOf(text)}`}`,
    );
  });
  return lines;
}

function titleOf(text: string): string {
  const message = readMessage(text);
  if (message === undefined) return printable(text.slice(0, 60)) || "(empty)";
  return printable(message.kind === "request" ? message.startLine : `${message.startLine} (${message.method})`).slice(
    0,
    100,
  );
}

/** Lines: every message in full, except for long bodies. */
export function wireOf(events: readonly TraceEvent[]): readonly string[] {
  return events.flatMap(({ who, direction, text }, index) =>
    direction === "note" ? [] : [`${index + 1}: ${who} ${direction}`, ...shorten(text), ""],
  );
}

const MAX_LINES = 60;
const MAX_LINE = 300;

function shorten(text: string): string[] {
  const lines = text.split("\r\n").map((line) => printable(line));
  const kept = lines
    .slice(0, MAX_LINES)
    .map((line) => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} … (${line.length} characters)` : line));
  return lines.length > MAX_LINES ? [...kept, `… (${lines.length} lines)`] : kept;
}

/** YAML and terminals want no control characters. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\ufffe\uffff]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
