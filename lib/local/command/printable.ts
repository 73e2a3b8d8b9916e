// Text from elsewhere on its way to a terminal.

/** Controls except tab and line feed, line separators and bidirectional marks. */
const HIDDEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Escapes what a terminal would obey. */
export function printable(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A word of a message: on one line, and cut where it is too long to read. */
export function quoted(text: string): string {
  const short = text.length > LONGEST_WORD ? `${text.slice(0, LONGEST_WORD)}…` : text;
  return `"${printable(short.replaceAll("\n", "\\n"))}"`;
}

const LONGEST_WORD = 60;
