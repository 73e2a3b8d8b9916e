import { readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parseAuthHeader } from "../../../lib/sip/syntax/auth-header.ts";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import { parseNameAddr } from "../../../lib/sip/syntax/name-addr.ts";
import { parameter } from "../../../lib/sip/syntax/parameters.ts";
import { splitList } from "../../../lib/sip/syntax/scan.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { parseVia } from "../../../lib/sip/syntax/via.ts";
import { isAllowed, judgeWire, read, readRequest, refusalOf, wireOf } from "./torture-message.ts";
import { rfc4475 } from "./verdicts.ts";

const request = (name: string) => readRequest("rfc4475", name);

describe("RFC 4475 §3.2 transaction layer", () => {
  test("§3.2.1 badbranch: a branch that is the cookie alone is read as it is", () => {
    const { essentials } = request("badbranch");
    expect(parameter(essentials.via.parameters, "branch")).toBe("z9hG4bK");
  });
});

describe("RFC 4475 §3.3 application layer", () => {
  test("§3.3.1 insuf: without Call-ID, From and To it is refused", () => {
    expect(refusalOf("rfc4475", "insuf")).toBe("400 Malformed From");
  });

  test("§3.3.2 unkscm: an unknown scheme in the Request-URI is still a URI", () => {
    expect(request("unkscm").uri).toEqual({
      kind: "other",
      scheme: "nobodyknowsthisscheme",
      rest: "totallyopaquecontent",
    });
  });

  test("§3.3.3 novelsc: a known scheme outside of SIP is one too", () => {
    expect(request("novelsc").uri).toEqual({ kind: "other", scheme: "soap.beep", rest: "//192.0.2.103:3002" });
  });

  test("§3.3.4 unksm2: unknown schemes in To, From and Contact fail no parser", () => {
    const { message, essentials } = request("unksm2");
    expect([essentials.to.uri, essentials.from.uri]).toMatchObject([{ scheme: "isbn" }, { scheme: "http" }]);
    expect(parseNameAddr(header(message, "contact") ?? "")?.uri).toEqual({
      kind: "other",
      scheme: "name",
      rest: "John_Smith",
    });
  });

  test("§3.3.5 bext01: both lists of required extensions are there", () => {
    const { message } = request("bext01");
    expect(splitList(header(message, "require") ?? "")).toEqual(["nothingSupportsThis", "nothingSupportsThisEither"]);
    expect(splitList(header(message, "proxy-require") ?? "")).toEqual([
      "noProxiesSupportThis",
      "norDoAnyProxiesSupportThis",
    ]);
  });

  test("§3.3.6 invut: a body of an unknown type is whole", () => {
    const { message } = request("invut");
    expect(message.body).toBe('<audio>\r\n <pcmu port="443"/>\r\n</audio>\r\n');
  });

  test("§3.3.7 regaut01: credentials of an unknown scheme are credentials", () => {
    const credentials = parseAuthHeader(header(request("regaut01").message, "authorization") ?? "");
    expect(credentials?.scheme).toBe("nooneknowsthisscheme");
    expect(credentials?.parameters.get("opaque-data")).toBe("here");
  });

  test("§3.3.8 multi01: a second CSeq, Call-ID, To, From or Max-Forwards is refused", () => {
    expect(refusalOf("rfc4475", "multi01")).toMatch(/^400 Duplicate /);
  });

  test("§3.3.9 mcl01: two different lengths are refused", () => {
    expect(refusalOf("rfc4475", "mcl01")).toBe("400 Malformed Content-Length");
  });

  test("§3.3.10 bcast: a broadcast address in a lower Via is only an address", () => {
    const vias = headers(read("rfc4475", "bcast").message, "via").map(parseVia);
    expect(vias.map((via) => via?.host)).toEqual(["192.0.2.198", "255.255.255.255"]);
  });

  test("§3.3.11 zeromf: a Max-Forwards of zero is a number", () => {
    expect(request("zeromf").essentials.maxForwards).toBe(0);
  });

  test("§3.3.12 cparam01: without brackets a parameter is the header's", () => {
    const contact = parseNameAddr(header(request("cparam01").message, "contact") ?? "");
    expect(contact?.parameters).toEqual([{ name: "unknownparam" }]);
    expect(contact?.uri).toMatchObject({ user: "+19725552222", host: "gw1.example.net", parameters: [] });
  });

  test("§3.3.13 cparam02: within brackets it is the URI's", () => {
    const contact = parseNameAddr(header(request("cparam02").message, "contact") ?? "");
    expect(contact?.parameters).toEqual([]);
    expect(contact?.uri).toMatchObject({ parameters: [{ name: "unknownparam" }] });
  });

  test("§3.3.14 regescrt: an escaped Route in a Contact URI stays in it", () => {
    const contact = parseNameAddr(header(request("regescrt").message, "contact") ?? "");
    expect(contact?.uri).toMatchObject({
      user: "user",
      host: "example.com",
      headers: "Route=%3Csip:sip.example.com%3E",
    });
  });

  test("§3.3.15 sdp01: an Accept without SDP is well formed", () => {
    expect(header(request("sdp01").message, "accept")).toBe("text/nobodyKnowsThis");
  });
});

describe("RFC 4475 §3.4 backward compatibility", () => {
  test("§3.4.1 inv2543: no branch, no From tag, no Max-Forwards and no Content-Length, and yet readable", () => {
    const { message, essentials } = request("inv2543");
    expect(essentials).toMatchObject({ fromTag: undefined, maxForwards: undefined });
    expect(parameter(essentials.via.parameters, "branch")).toBeUndefined();
    expect(parseNameAddr(header(message, "record-route") ?? "")?.uri).toMatchObject({
      parameters: [{ name: "maddr", value: "ss1.example.com" }],
    });
    expect(message.body).toHaveLength(105);
  });
});

describe("RFC 4475 as a whole", () => {
  test("every message of the RFC is here, and has its verdict", () => {
    const files = readdirSync(new URL("./messages/", import.meta.url)).map((file) => file.replace(".sip", ""));
    expect(rfc4475.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
    expect(files).toHaveLength(49);
  });

  test.each(rfc4475)("§$section $name: the syntax layer does not contradict the verdict", ({ name, verdict }) => {
    expect(isAllowed(verdict, judgeWire("rfc4475", name))).toBe(true);
  });

  const readable = rfc4475.flatMap(({ name }) => {
    const judged = judgeWire("rfc4475", name);
    return judged.ok && name !== "dblreq" ? [{ name, message: judged.message }] : [];
  });
  test.each(readable)("$name: an accepted message is written as it was read, byte for byte", ({ name, message }) => {
    const encoding = name === "mpart01" ? "latin1" : "utf8";
    expect(Buffer.from(serialize(message), encoding).equals(wireOf("rfc4475", name))).toBe(true);
  });
});
