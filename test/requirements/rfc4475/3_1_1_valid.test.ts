import { describe, expect, test } from "@jest/globals";
import { header, headers, type SipRequest } from "../../../lib/sip/syntax/message.ts";
import { parseNameAddr } from "../../../lib/sip/syntax/name-addr.ts";
import { parameter } from "../../../lib/sip/syntax/parameters.ts";
import { quote, splitList, unquote } from "../../../lib/sip/syntax/scan.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { isSameUri } from "../../../lib/sip/syntax/uri-comparison.ts";
import { parseUri, type Uri } from "../../../lib/sip/syntax/uri.ts";
import { parseVia } from "../../../lib/sip/syntax/via.ts";
import { judge, read, readRequest, sipUri, userOf, wireOf } from "./torture-message.ts";

function request(name: string) {
  const { message, essentials, uri } = readRequest("rfc4475", name);
  return { message, essentials, uri: sipUri({ uri }) };
}

function uriOf(text: string): Uri {
  const uri = parseUri(text);
  if (uri === undefined) throw new Error(`no URI: ${text}`);
  return uri;
}

function contactsOf(message: SipRequest) {
  return headers(message, "contact").flatMap(splitList).map(parseNameAddr);
}

describe("RFC 4475 §3.1.1 valid messages", () => {
  test("§3.1.1.1 wsinv: line folding, space and odd case wherever the grammar has room for them", () => {
    const { message, essentials, uri } = request("wsinv");
    expect(uri).toMatchObject({
      user: "vivekg",
      host: "chair-dnrc.example.com",
      parameters: [{ name: "unknownparam" }],
    });
    expect(essentials).toMatchObject({
      maxForwards: 68,
      callId: "wsinv.ndaksdj@192.0.2.1",
      cseq: { number: 9, method: "INVITE" },
      fromTag: "98asjd8",
      toTag: "1918181833n",
      hops: 3,
      via: { transport: "UDP", host: "192.0.2.2" },
    });
    expect(unquote(essentials.from.displayName ?? "")).toBe(String.raw`J Rosenberg \"`);
    expect(header(message, "subject")).toBe("");
    expect(header(message, "newfangledheader")).toBe("newfangled value continued newfangled value");
    expect(header(message, "unknownheaderwithunusualvalue")).toBe(";;,,;;,;");
    expect(message.body).toHaveLength(150);
  });

  test("§3.1.1.1 wsinv: every Via is found, across fields and within one", () => {
    const vias = headers(request("wsinv").message, "via").flatMap(splitList).map(parseVia);
    expect(vias).toMatchObject([
      { transport: "UDP", host: "192.0.2.2" },
      { transport: "TCP", host: "spindle.example.com" },
      { transport: "UDP", host: "192.168.255.111" },
    ]);
    expect(vias.map((via) => parameter(via?.parameters ?? [], "branch"))).toEqual([
      "390skdjuw",
      "z9hG4bK9ikj8",
      "z9hG4bK30239",
    ]);
  });

  test("§3.1.1.1 wsinv: the Contact has its own parameters, spaced and folded", () => {
    const [contact] = contactsOf(request("wsinv").message);
    expect(unquote(contact?.displayName ?? "")).toBe('Quoted string ""');
    expect(contact?.parameters).toEqual([
      { name: "newparam", value: "newvalue" },
      { name: "secondparam" },
      { name: "q", value: "0.33" },
    ]);
  });

  test("§3.1.1.2 intmeth: every character a token, a user part and a quoted string may have", () => {
    const { message, essentials, uri } = request("intmeth");
    expect(message.method).toBe("!interesting-Method0123456789_*+`.%indeed'~");
    expect(uri).toMatchObject({
      user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
      password: "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)",
      host: "example.com",
    });
    expect(unquote(essentials.to.displayName ?? "")).toBe("BEL:\x07 NUL:\0 DEL:\x7f");
    expect(essentials.from.displayName).toBe("token1~` token2'+_ token3*%!.-");
    expect(parameter(essentials.from.parameters, "fromparam''~+*_!.-%")).toBe("работающий");
    expect(essentials.fromTag).toBe("_token~1'+`*%!-.");
    expect(essentials.maxForwards).toBe(255);
    expect(header(message, "extensionheader-!.%*+_`'~")).toBe("\ufeff大停電");
  });

  test("§3.1.1.3 esc01: escapes are resolved once, so value%41 is not valueA", () => {
    const { message, essentials, uri } = request("esc01");
    expect(userOf({ uri })).toBe("sips:user@example.com");
    expect(uri.host).toBe("example.net");
    expect(userOf(essentials.to)).toBe("user");
    expect(userOf(essentials.from)).toBe("I have spaces");
    const [contact] = contactsOf(message);
    expect(userOf(contact)).toBe("caller");
    expect(isSameUri(sipUri(contact), uriOf("sip:caller@host5.example.net;lr;name=value%2541"))).toBe(true);
    expect(isSameUri(sipUri(contact), uriOf("sip:caller@host5.example.net;lr;name=valueA"))).toBe(false);
  });

  test("§3.1.1.4 escnull: an escaped NUL cuts nothing off, so there are two contacts", () => {
    const { message, essentials } = request("escnull");
    expect(userOf(essentials.to)).toBe("null-\0-null");
    const users = contactsOf(message).map((contact) => userOf(contact));
    expect(users).toEqual(["\0", "\0\0"]);
  });

  test("§3.1.1.5 esc02: a % outside of URIs escapes nothing: another method, another header, the text as it is", () => {
    const { message, essentials } = request("esc02");
    expect(message.method).toBe("RE%47IST%45R");
    expect(contactsOf(message)).toHaveLength(2);
    expect(header(message, "c%6fntact")).toBe("<sip:alias2@host2.example.com>");
    expect(unquote(essentials.to.displayName ?? "")).toBe("%Z%45");
  });

  test("§3.1.1.6 lwsdisp: no space is needed between a display name and the bracket", () => {
    expect(request("lwsdisp").essentials.from).toMatchObject({
      displayName: "caller",
      address: "sip:caller@example.com",
      parameters: [{ name: "tag", value: "323" }],
    });
  });

  test("§3.1.1.7 longreq: long values are whole, and Via is found in each of its 34 spellings", () => {
    const { message, essentials } = request("longreq");
    expect(essentials.hops).toBe(34);
    expect(unquote(essentials.to.displayName ?? "")).toMatch(/^I have a user name of (?:extreme){10} proportion$/);
    expect(essentials.to.uri).toMatchObject({ user: "user", host: "example.com", port: 6000 });
    expect(essentials.callId).toBe(`longreq.one${"really".repeat(20)}longcallid`);
    expect(essentials.fromTag).toMatch(/^12(?:982)+424$/);
    expect(header(message, `unknown-${"long".repeat(20)}-name`)).toMatch(/^unknown-(?:long)+-value; /i);
  });

  test("§3.1.1.8 dblreq: the text after the announced body is cut off, including the second request", () => {
    const { message } = request("dblreq");
    expect([message.method, message.body]).toEqual(["REGISTER", ""]);
    expect(serialize(message)).not.toContain("INVITE");
  });

  test("§3.1.1.9 semiuri: parameters before the @ are part of the user", () => {
    const { message, uri } = request("semiuri");
    expect(uri).toMatchObject({ user: "user;par=u%40example.net", host: "example.com", parameters: [] });
    expect(userOf({ uri })).toBe("user;par=u@example.net");
    expect(splitList(header(message, "accept") ?? "")).toHaveLength(6);
  });

  test("§3.1.1.10 transports: known and unknown transports in Via", () => {
    const vias = headers(request("transports").message, "via").flatMap(splitList).map(parseVia);
    expect(vias.map((via) => via?.transport)).toEqual(["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"]);
  });

  test("§3.1.1.11 mpart01: a body that is not text keeps its octets, including NUL", () => {
    const wire = wireOf("rfc4475", "mpart01");
    const judged = judge(wire.toString("latin1"), (text) => text.length);
    if (!judged.ok) throw new Error(judged.reason);
    expect(judged.message.body).toHaveLength(553);
    expect(judged.message.body).toContain("\0");
    expect(Buffer.from(serialize(judged.message), "latin1").equals(wire)).toBe(true);
  });

  test("§3.1.1.12 unreason: a reason phrase may hold any character, UTF-8 too", () => {
    const { message } = read("rfc4475", "unreason");
    expect(message).toMatchObject({ kind: "response", status: 200 });
    expect(message).toMatchObject({ reason: "= 2**3 * 5**2 но сто девяносто девять - простое" });
  });

  test("§3.1.1.13 noreason: a reason phrase may be empty", () => {
    expect(read("rfc4475", "noreason").message).toMatchObject({ kind: "response", status: 100, reason: "" });
  });

  test("a display name is the same after being unquoted and quoted again", () => {
    const { displayName = "" } = request("wsinv").essentials.from;
    expect(unquote(quote(unquote(displayName)))).toBe(unquote(displayName));
  });
});
