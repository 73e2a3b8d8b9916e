import { describe, expect, test } from "@jest/globals";
import * as fc from "../../support/properties.ts";
import {
  field,
  headers,
  type SipMessage,
  valueOf,
  withFirst,
  withFirstValue,
  without,
  withOnly,
} from "../../../lib/sip/syntax/message.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { wellFormed, type WrittenMessage } from "./arbitrary-message.ts";
import { parsed } from "./texts.ts";

describe("a well-formed message", () => {
  test("comes out as it went in: order, spelling, folding and every byte", () => {
    fc.assert(
      fc.property(wellFormed, ({ text }) => {
        expect(serialize(parsed(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test("is read as it was meant: names, values, start line and body", () => {
    fc.assert(
      fc.property(wellFormed, ({ text, startLine, fields, body }) => {
        const message = parsed(text);
        expect(message.fields.map((one) => [one.name, valueOf(one)])).toEqual(
          fields.map(({ name, value }) => [name, value]),
        );
        expect(message.body).toBe(body);
        expect(serialize(message).startsWith(`${startLine}\r\n`)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

const values = fc.constantFrom("<sip:z.example.com;lr>", "ünïcödé", "x, y", "");
const names = fc.constantFrom("Via", "Route", "Contact", "From", "Subject", "X-New");

const verbs: Readonly<Record<string, (message: SipMessage, name: string, value: string) => SipMessage>> = {
  withFirst: (message, name, value) => withFirst(message, field(name, value)),
  withOnly: (message, name, value) => withOnly(message, field(name, value)),
  withFirstValue: (message, name, value) => withFirstValue(message, name.toLowerCase(), value),
  "withFirstValue to nothing": (message, name) => withFirstValue(message, name.toLowerCase(), undefined),
  without: (message, name) => without(message, name.toLowerCase()),
};

/** The text of all but the fields of a name. */
function untouched({ startLine, fields, body }: WrittenMessage, name: string): string[] {
  return [startLine, ...fields.filter((one) => one.name !== name.toLowerCase()).map(({ text }) => text), body];
}

describe("a with… verb changes its own field and nothing else", () => {
  test.each(Object.entries(verbs))("%s", (_verb, change) => {
    fc.assert(
      fc.property(wellFormed, names, values, (written, name, value) => {
        const message = parsed(written.text);
        const text = serialize(change(message, name, value));
        const others = parsed(text).fields.filter((one) => one.name !== name.toLowerCase());
        const [startLine = ""] = text.split("\r\n", 1);
        const body = text.slice(text.length - written.body.length);
        expect([startLine, ...others.map((one) => one.source.slice(one.start, one.end)), body]).toEqual(
          untouched(written, name),
        );
        expect(serialize(message)).toBe(written.text);
      }),
      { numRuns: 400 },
    );
  });

  test("a chain of changes has the effect of the last ones", () => {
    fc.assert(
      fc.property(wellFormed, (written) => {
        const changed = withFirst(withOnly(without(parsed(written.text), "via"), field("Route", "r")), field("v", "1"));
        const again = parsed(serialize(changed));
        expect([headers(again, "via"), headers(again, "route")]).toEqual([["1"], ["r"]]);
      }),
      { numRuns: 300 },
    );
  });
});
