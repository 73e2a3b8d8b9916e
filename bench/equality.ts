// Nothing is timed before all libraries agree on the fields of a message and on the text that leaves the proxy. Both
// are read here by a simple parser of its own, so that no parser of the comparison is its own judge.
import { deepStrictEqual } from "node:assert/strict";
import type { Library } from "./library.ts";
import type { Sample } from "./messages/call.ts";

/** Throws with the difference if two libraries disagree about a sample. */
export function assertAgreement(libraries: readonly Library[], samples: readonly Sample[]): void {
  const [reference, ...others] = libraries;
  if (reference === undefined) return;
  for (const { name, texts } of samples) {
    for (const text of texts) {
      const facts = present(reference.decide(text));
      const forwarded = meaning(reference.forward(text));
      for (const other of others) {
        deepStrictEqual(present(other.decide(text)), facts, `${other.name} and ${reference.name} differ on ${name}`);
        deepStrictEqual(
          meaning(other.forward(text)),
          forwarded,
          `${other.name} and ${reference.name} forward ${name} differently`,
        );
      }
    }
  }
}

/** "Not there" is sometimes an undefined property. */
function present(facts: object): object {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** The meaning of a message: names in lower case, one list of values per name, no white space outside quotes. */
function meaning(text: string): object {
  const end = text.indexOf("\r\n\r\n");
  const [startLine, ...lines] = text.slice(0, end).split("\r\n");
  const fields = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const values = (line.slice(colon + 1).match(ELEMENT) ?? []).map(withoutWhiteSpace);
    fields.set(name, [...(fields.get(name) ?? []), ...values]);
  }
  return {
    startLine,
    fields: Object.fromEntries([...fields].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    body: text.slice(end + 4),
  };
}

const ELEMENT = /(?:"[^"]*"|<[^>]*>|[^,"<])+/g;

function withoutWhiteSpace(value: string): string {
  return value.replace(/("[^"]*")|\s+/g, "$1");
}
