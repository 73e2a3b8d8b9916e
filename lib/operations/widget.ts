// The live page as a widget of a CloudWatch dashboard: HTML without script, because CloudWatch removes any. Text of peers is
// escaped in each place; a button is an element of CloudWatch's own, whose text is the input of the next invocation.
import { withoutScheme } from "./address.ts";
import type { CallRecord } from "./calls.ts";
import type { Phone } from "./phones.ts";

/** Rows of each table at most: a widget has 128 KB of room in a browser that others share. */
const MOST_CALLS = 50;
const MOST_PHONES = 100;

export interface Overview {
  /** Oldest first. */
  readonly calls: readonly CallRecord[];
  readonly phones: readonly Phone[];
  /** ARN of the function that shows a call. */
  readonly endpoint: string;
}

export function overviewHtml({ calls, phones, endpoint }: Overview): string {
  const now = calls.filter(({ state, endedAt }) => state === "answered" && endedAt === undefined).length;
  const failed = calls.filter(({ state }) => state === "failed").length;
  const counts = [`${phones.length} phones`, `${now} calls now`, `${calls.length} calls, ${failed} of them failed`];
  const shown = calls.slice(-MOST_CALLS).toReversed();
  return [
    `<p><b>${counts.join(" · ")}</b></p>`,
    shown.length === 0 ? "<p>No call in this time.</p>" : callTable(shown, endpoint),
    phones.length === 0 ? "<p>No phone is registered.</p>" : phoneTable(phones.slice(0, MOST_PHONES)),
  ].join("\n");
}

function callTable(calls: readonly CallRecord[], endpoint: string): string {
  const rows = calls.map((call) => {
    const { callId, startedAt, from, to, state, status, reason, because } = call;
    const action = `<cwdb-action action="call" display="popup" endpoint="${escaped(endpoint)}">${escaped(JSON.stringify({ callId }))}</cwdb-action>`;
    return row([
      clock(startedAt),
      withoutScheme(from),
      withoutScheme(to),
      state === "failed" ? `failed ${status ?? ""}` : state,
      because ?? reason ?? "",
    ]).replace("</tr>", `<td><a class="btn">Messages</a>${action}</td></tr>`);
  });
  return table(["Started (UTC)", "From", "To", "State", "Why", ""], rows);
}

function phoneTable(phones: readonly Phone[]): string {
  const rows = phones.map(({ address, contact, expiresIn }) =>
    row([withoutScheme(address), contact, `in ${expiresIn} s`]),
  );
  return table(["Phone", "Contact", "Expires"], rows);
}

function table(headings: readonly string[], rows: readonly string[]): string {
  return `<table><tr>${headings.map((heading) => `<th>${heading}</th>`).join("")}</tr>\n${rows.join("\n")}\n</table>`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(5, 19).replace("T", " ");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Without control characters and bidirectional marks. */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSEEN, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters in question
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
