// The SIP log: a ladder of arrows, each of which opens to the message itself.
import { make, part } from "./part.ts";
import type { WireEvent } from "./wire.ts";

const MOST_LINES = 300;

const log = part("log", HTMLDetailsElement);
const count = part("log-count", HTMLElement);
const lines = part("log-lines", HTMLOListElement);
let total = 0;

export function logWire(event: WireEvent): void {
  const follows = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 24;
  lines.append(lineOf(event));
  if (lines.childElementCount > MOST_LINES) lines.firstElementChild?.remove();
  if (follows) lines.scrollTop = lines.scrollHeight;
  total += 1;
  count.textContent = String(total);
}

log.addEventListener("toggle", () => {
  lines.scrollTop = lines.scrollHeight;
});

const arrows = { sent: "→", received: "←", none: "·" } as const;
const spoken = { sent: "sent", received: "received", none: "" } as const;

function lineOf({ at, direction, text }: WireEvent): HTMLElement {
  const time = make("time", "", clock(at));
  const arrow = make("span", "arrow", arrows[direction]);
  arrow.setAttribute("aria-label", spoken[direction]);
  const { title, detail } = titleOf(text);
  const summary = [time, arrow, make("span", "title", title), make("span", "detail", detail)];
  const row =
    direction === "none" || text.trim() === ""
      ? make("p", "row", ...summary)
      : make(
          "details",
          "row",
          make("summary", "", ...summary),
          make("pre", "", text.replaceAll("\r\n", "\n").trimEnd()),
        );
  const line = make("li", "", row);
  line.dataset["direction"] = direction;
  if (/^SIP\/2\.0 [4-6]/.test(text)) line.dataset["tone"] = "bad";
  return line;
}

/** `180 Ringing` with what it answers, or `INVITE` with whom it is for. */
export function titleOf(text: string): { readonly title: string; readonly detail: string } {
  if (text.trim() === "") return { title: "keep-alive", detail: "" };
  const [first = ""] = text.split("\r\n", 1);
  const response = /^SIP\/2\.0 (.*)$/.exec(first);
  if (response) return { title: response[1] ?? "", detail: /^CSeq: *\d+ (\w+)/im.exec(text)?.[1] ?? "" };
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(first);
  return request ? { title: request[1] ?? "", detail: request[2] ?? "" } : { title: first, detail: "" };
}

function clock(at: Date): string {
  return `${at.toTimeString().slice(0, 8)}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
