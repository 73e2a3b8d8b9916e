import { describe, expect, test } from "@jest/globals";
import {
  field,
  header,
  type HeaderField,
  headers,
  withChanges,
  withFields,
  withFirst,
  withFirstValue,
  without,
  withOnly,
} from "../../../lib/sip/syntax/message.ts";
import { serialize, serializeChanged } from "../../../lib/sip/syntax/serialize.ts";
import { aRequest, parsed } from "./texts.ts";

const text = aRequest(
  ["x-order:  1 ", "ROUTE: <sip:a;lr>,\r\n <sip:b;lr>", "Subject : ünïcödé", "route: <sip:c;lr>"],
  "ё",
);
const message = parsed(text);

const added = [field("Via", "SIP/2.0/WS z.invalid"), field("Record-Route", "<sip:z;lr>")];

function change(old: HeaderField): HeaderField | undefined {
  if (old.is("max-forwards")) return field("Max-Forwards", 69);
  return old.is("route") ? undefined : old;
}

describe("a with… verb touches its field and no other byte", () => {
  test("withFirst puts a field before others of its name", () => {
    const changed = serialize(withFirst(message, field("Route", "<sip:z;lr>")));
    expect(changed).toBe(text.replace("ROUTE:", "Route: <sip:z;lr>\r\nROUTE:"));
  });

  test("withFirst puts a field of a new name on top", () => {
    const changed = serialize(withFirst(message, field("Record-Route", "<sip:z;lr>")));
    expect(changed).toBe(text.replace("Via:", "Record-Route: <sip:z;lr>\r\nVia:"));
  });

  test("withOnly replaces the first and removes the others", () => {
    const changed = serialize(withOnly(message, field("Route", "<sip:z;lr>")));
    expect(changed).toBe(
      text.replace("ROUTE: <sip:a;lr>,\r\n <sip:b;lr>", "Route: <sip:z;lr>").replace("route: <sip:c;lr>\r\n", ""),
    );
  });

  test("withOnly adds a field of a new name at the end", () => {
    const changed = serialize(withOnly(message, field("Organization", "x")));
    expect(changed).toBe(text.replace("\r\n\r\n", "\r\nOrganization: x\r\n\r\n"));
  });

  test("withFirstValue keeps the spelling of the name", () => {
    const changed = serialize(withFirstValue(message, "route", "<sip:z;lr>"));
    expect(changed).toBe(text.replace("<sip:a;lr>,\r\n <sip:b;lr>", "<sip:z;lr>"));
  });

  test("withFirstValue without a value removes the first field", () => {
    const changed = serialize(withFirstValue(message, "route", undefined));
    expect(changed).toBe(text.replace("ROUTE: <sip:a;lr>,\r\n <sip:b;lr>\r\n", ""));
  });

  test("withFirstValue of a name that is not there changes nothing", () => {
    expect(serialize(withFirstValue(message, "organization", "x"))).toBe(text);
  });

  test("without removes all of a name", () => {
    const changed = serialize(without(message, "route"));
    expect(changed).toBe(
      text.replace("ROUTE: <sip:a;lr>,\r\n <sip:b;lr>\r\n", "").replace("route: <sip:c;lr>\r\n", ""),
    );
  });

  test("withChanges puts fields on top, replaces one and leaves one out, in one pass", () => {
    const changed = serialize(withChanges(message, added, change));
    expect(changed).toBe(
      text
        .replace("Via:", "Via: SIP/2.0/WS z.invalid\r\nRecord-Route: <sip:z;lr>\r\nVia:")
        .replace("Max-Forwards: 70", "Max-Forwards: 69")
        .replace("ROUTE: <sip:a;lr>,\r\n <sip:b;lr>\r\n", "")
        .replace("route: <sip:c;lr>\r\n", ""),
    );
  });

  test("serializeChanged writes what withChanges makes", () => {
    expect(serializeChanged(message, added, change)).toBe(serialize(withChanges(message, added, change)));
    expect(serializeChanged(message, [], () => undefined)).toBe("MESSAGE sip:bob@example.com SIP/2.0\r\n\r\nё");
  });

  test("the message it was given stays what it was", () => {
    withFirst(withOnly(without(message, "route"), field("Subject", "x")), field("Via", "SIP/2.0/WS z.invalid"));
    expect(serialize(message)).toBe(text);
  });

  test("fields of two messages may be mixed, also where their places in the text happen to meet", () => {
    const [a, b] = [parsed(aRequest(["A: 1", "B: 2"])), parsed(aRequest(["A: 3", "B: 4"]))];
    const mixed = withFields(a, [...a.fields.slice(0, -1), ...b.fields.slice(-1)]);
    expect(serialize(mixed)).toBe(aRequest(["A: 1", "B: 4"]));
  });

  test("fields may be put in another order", () => {
    const reversed = withFields(message, message.fields.toReversed());
    expect(parsed(serialize(reversed)).fields.map(({ name }) => name)).toEqual(
      message.fields.map(({ name }) => name).toReversed(),
    );
  });
});

describe("a field that this server adds", () => {
  test.each(["x\r\nRoute: <sip:evil>", "x\nRoute: <sip:evil>", "x\rRoute: <sip:evil>", "\r\n", "x\r\n y"])(
    "cannot be made of %j, which would forge another one: a bug of the caller, so it throws",
    (value) => {
      expect(() => field("Subject", value)).toThrow(TypeError);
    },
  );

  test.each(["", "Sub ject", "Subject:", "Sübject", "Subject\r\nRoute"])("cannot be named %j", (name) => {
    expect(() => field(name, "x")).toThrow(TypeError);
  });

  test("is found under its canonical name, and written as it was spelled", () => {
    const changed = withFirst(message, field("v", "SIP/2.0/WS z.invalid"));
    expect(headers(changed, "via")[0]).toBe("SIP/2.0/WS z.invalid");
    expect(serialize(changed)).toContain("\r\nv: SIP/2.0/WS z.invalid\r\nVia: ");
  });

  test("a name that is not there has no value", () => {
    expect(header(message, "organization")).toBeUndefined();
    expect(headers(message, "organization")).toEqual([]);
  });
});
