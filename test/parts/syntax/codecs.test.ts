import { describe, expect, test } from "@jest/globals";
import * as fc from "../../support/properties.ts";
import { parseAuthHeader, serializeAuthHeader } from "../../../lib/sip/syntax/auth-header.ts";
import { parseNameAddr, serializeNameAddr } from "../../../lib/sip/syntax/name-addr.ts";
import {
  parameter,
  parseParameters,
  serializeParameters,
  withoutParameter,
  withParameter,
} from "../../../lib/sip/syntax/parameters.ts";
import { quote, splitList, unquote } from "../../../lib/sip/syntax/scan.ts";
import { isSameUri } from "../../../lib/sip/syntax/uri-comparison.ts";
import { escapeUser, parseUri, serializeUri, unescape } from "../../../lib/sip/syntax/uri.ts";
import { parseVia, serializeVia } from "../../../lib/sip/syntax/via.ts";
import { token } from "./arbitrary-message.ts";
import { anyText } from "./arbitrary-text.ts";

// A written value is read back unchanged: for values made here, and for every accepted value of a peer.

const bare = (text: string) => text.replace(/\s/g, "");

function holds<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void, numRuns = 600): void {
  fc.assert(fc.property(arbitrary, check), { numRuns });
}

const content = fc.string({ unit: "grapheme", maxLength: 20 });
const quoted = content.map(quote);
const host = fc.constantFrom("a", "example.com", "192.0.2.1", "[2001:db8::1]");
const parameters = fc.uniqueArray(
  fc.record({ name: token, value: fc.oneof(token, quoted, host) }, { requiredKeys: ["name"] }),
  { maxLength: 5, selector: ({ name }) => name.toLowerCase() },
);
const user = content.filter((text) => text !== "" && text.isWellFormed());
const uriText = fc
  .tuple(
    user.map(escapeUser),
    host,
    fc.constantFrom("", ":5060"),
    fc.constantFrom("", ";lr", ";a=%41;B"),
    fc.constantFrom("", "?s=%26&t="),
  )
  .map(([user, host, port, params, headers]) => `sip:${user}@${host}${port}${params}${headers}`);
const nameAddr = fc
  .tuple(fc.oneof(fc.constant(""), quoted, token), uriText, parameters)
  .map(([name, uri, params]) => `${name}<${uri}>${serializeParameters(params)}`);

describe("quoted strings", () => {
  test("any content comes back out of its quotes", () => {
    holds(anyText, (text) => expect(unquote(quote(text))).toBe(text));
  });

  test("a text without quotes is its own content", () => {
    holds(token, (text) => expect(unquote(text)).toBe(text));
  });
});

describe("lists", () => {
  test("elements come back apart as they were put together", () => {
    holds(fc.array(nameAddr, { minLength: 1, maxLength: 5 }), (elements) => {
      expect(splitList(elements.join(", "))).toEqual(elements);
      expect(splitList(elements.join(","))).toEqual(elements);
    });
  });

  test("nothing of a text is lost but space around commas", () => {
    holds(anyText, (text) => {
      expect(bare(splitList(text).join(","))).toBe(bare(text));
    });
  });
});

describe("parameters", () => {
  test("are read as they were written", () => {
    holds(parameters, (written) => expect(parseParameters(serializeParameters(written))).toEqual(written));
  });

  test("an accepted value is written unchanged", () => {
    holds(anyText, (text) => {
      const read = parseParameters(text);
      expect(read && parseParameters(serializeParameters(read))).toEqual(read);
    });
  });

  test("withParameter sets one and keeps the others", () => {
    holds(fc.tuple(parameters, token), ([before, name]) => {
      const after = withParameter(before, name.toLowerCase(), "x");
      expect(parameter(after, name.toLowerCase())).toBe("x");
      const others = withoutParameter(before, name.toLowerCase());
      expect(withoutParameter(after, name.toLowerCase())).toEqual(others);
    });
  });
});

describe("URIs", () => {
  test("a user of any characters comes back out of its escapes", () => {
    holds(user, (text) => {
      expect(unescape(escapeUser(text))).toBe(text);
      expect(parseUri(`sip:${escapeUser(text)}@a`)).toMatchObject({ user: escapeUser(text), host: "a" });
    });
  });

  test("are written as they were read", () => {
    holds(uriText, (text) =>
      expect(serializeUri(parseUri(text) ?? { kind: "other", scheme: "", rest: "" })).toBe(text),
    );
  });

  test("an accepted URI is the same after being written and read again", () => {
    const schemed = fc
      .tuple(fc.constantFrom("sip:", "sips:", "tel:", "SIP:a@", "x:", ""), anyText)
      .map((parts) => parts.join(""));
    holds(schemed, (text) => {
      const read = parseUri(text);
      const again = read && parseUri(serializeUri(read));
      expect(again).toEqual(read);
      expect(read && again && isSameUri(read, again)).toBe(read && true);
    });
  });

  test("no user, host or parameter of a URI that is accepted holds white space, brackets or quotes", () => {
    holds(anyText, (text) => expect(parseUri(`sip:${text}`) && /[\s<>"\0]/.test(text)).not.toBe(true), 2000);
  });
});

describe("name-addr", () => {
  test("is read as it was written", () => {
    const parts = fc.record({ displayName: fc.oneof(quoted, token), address: uriText, parameters });
    holds(parts, (written) => expect(parseNameAddr(serializeNameAddr(written))).toMatchObject(written));
  });

  test("needs no display name, and no space behind one", () => {
    holds(fc.tuple(fc.oneof(fc.constant(""), quoted, token), uriText), ([displayName, address]) => {
      const name = displayName === "" ? {} : { displayName };
      expect(parseNameAddr(`${displayName}<${address}>`)).toMatchObject({ ...name, address, parameters: [] });
    });
  });

  test("an accepted value is the same after being written and read again", () => {
    const near = fc
      .tuple(fc.constantFrom("", '"', "<sip:a@b>", "sip:a@b", '"x" <sip:a'), anyText)
      .map((parts) => parts.join(""));
    holds(near, (text) => {
      const read = parseNameAddr(text);
      expect(read && parseNameAddr(serializeNameAddr(read))).toEqual(read);
    });
  });
});

describe("Via", () => {
  test("is read as it was written", () => {
    holds(fc.tuple(token, host, fc.constantFrom("", ":1"), parameters), ([transport, host, port, params]) => {
      const text = `SIP/2.0/${transport} ${host}${port}${serializeParameters(params)}`;
      const via = parseVia(text);
      expect(via && serializeVia(via)).toBe(text);
    });
  });

  test("an accepted value is the same after being written and read again", () => {
    holds(anyText, (text) => {
      const via = parseVia(`SIP/2.0/WS a${text}`);
      expect(via && parseVia(serializeVia(via))).toEqual(via);
    });
  });
});

describe("credentials and challenges", () => {
  test("are read as they were written", () => {
    const pairs = fc.uniqueArray(
      fc.tuple(
        token.map((name) => name.toLowerCase()),
        content,
      ),
      { minLength: 1, selector: ([name]) => name },
    );
    const unquoted = new Set(["algorithm", "stale", "nc", "qop"]);
    holds(
      pairs.filter((all) => all.every(([name]) => !unquoted.has(name))),
      (all) => {
        const header = { scheme: "digest", parameters: new Map(all) };
        expect(parseAuthHeader(serializeAuthHeader(header))).toEqual(header);
      },
    );
  });
});
