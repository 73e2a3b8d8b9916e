import { readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import { parseNameAddr } from "../../../lib/sip/syntax/name-addr.ts";
import { parameter } from "../../../lib/sip/syntax/parameters.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { parseVia } from "../../../lib/sip/syntax/via.ts";
import { isAllowed, judgeWire, read, refusalOf, wireOf } from "../rfc4475/torture-message.ts";
import { rfc5118 } from "./verdicts.ts";

describe("RFC 5118 §4 IPv6 in SIP", () => {
  test("§4.1 ipv6-good: an IPv6 reference in the Request-URI, the Via and the Contact", () => {
    const { message, essentials, uri } = read("rfc5118", "ipv6-good");
    expect(uri).toMatchObject({ host: "[2001:db8::10]" });
    expect(uri).not.toHaveProperty("port");
    expect(essentials.via).toMatchObject({ host: "[2001:db8::9:1]" });
    expect(parseNameAddr(header(message, "contact") ?? "")?.uri).toMatchObject({
      user: "caller",
      host: "[2001:db8::1]",
    });
  });

  test("§4.2 ipv6-bad: an IPv6 address without brackets is not a URI", () => {
    expect(refusalOf("rfc5118", "ipv6-bad")).toBe("400 Malformed Request-URI");
  });

  test("§4.3 port-ambiguous: within the brackets 5070 is part of the address", () => {
    const { uri } = read("rfc5118", "port-ambiguous");
    expect(uri).toMatchObject({ host: "[2001:db8::10:5070]" });
    expect(uri).not.toHaveProperty("port");
  });

  test("§4.4 port-unambiguous: behind the brackets it is a port", () => {
    expect(read("rfc5118", "port-unambiguous").uri).toMatchObject({ host: "[2001:db8::10]", port: 5070 });
  });

  test.each([
    ["via-received-param-with-delim", "[2001:db8::9:255]"],
    ["via-received-param-no-delim", "2001:db8::9:255"],
  ])("§4.5 %s: received is read with and without brackets", (name, received) => {
    expect(parameter(read("rfc5118", name).essentials.via.parameters, "received")).toBe(received);
  });

  test("§4.6 ipv6-in-sdp: a body with IPv6 addresses is whole", () => {
    const { message } = read("rfc5118", "ipv6-in-sdp");
    expect(message.body).toContain("c=IN IP6 2001:db8::20\r\n");
    expect(message.body).toHaveLength(251);
  });

  test("§4.7 mult-ip-in-header: IPv4 and IPv6 side by side in Via", () => {
    const vias = headers(read("rfc5118", "mult-ip-in-header").message, "via").map(parseVia);
    expect(vias).toMatchObject([
      { host: "[2001:db8::9:1]", port: 6050 },
      { host: "192.0.2.1" },
      { host: "[2001:db8::9:255]" },
    ]);
    expect(parameter(vias[2]?.parameters ?? [], "received")).toBe("192.0.2.200");
  });

  test("§4.8 mult-ip-in-sdp: one stream on IPv4, one on IPv6", () => {
    expect(read("rfc5118", "mult-ip-in-sdp").message.body).toHaveLength(189);
  });

  test("§4.9 ipv4-mapped-ipv6: an IPv6 address that ends in an IPv4 address", () => {
    const { message } = read("rfc5118", "ipv4-mapped-ipv6");
    expect(headers(message, "via").map(parseVia)).toMatchObject([
      { host: "[::ffff:192.0.2.10]", port: 19_823 },
      { host: "[::ffff:192.0.2.2]" },
    ]);
    expect(parseNameAddr(header(message, "contact") ?? "")?.uri).toMatchObject({ host: "[::ffff:192.0.2.2]" });
  });

  test.each([
    ["ipv6-bug-abnf-3-colons", "[2001:db8:::192.0.2.1]"],
    ["ipv6-correct-abnf-2-colons", "[2001:db8::192.0.2.1]"],
  ])("§4.10 %s: the spelling of an embedded IPv4 address by RFC 3261's grammar is tolerated", (name, host) => {
    expect(read("rfc5118", name).uri).toMatchObject({ user: "user", host });
  });

  test("every message of the RFC is here, and has its verdict", () => {
    const files = readdirSync(new URL("./messages/", import.meta.url)).map((file) => file.replace(".sip", ""));
    expect(rfc5118.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
    expect(files).toHaveLength(12);
  });

  test.each(rfc5118)("§$section $name: the syntax layer does not contradict the verdict", ({ name, verdict }) => {
    expect(isAllowed(verdict, judgeWire("rfc5118", name))).toBe(true);
  });

  test.each(rfc5118.filter(({ verdict }) => verdict.kind === "accept"))(
    "§$section $name: comes out as it came in, byte for byte",
    ({ name }) => {
      expect(Buffer.from(serialize(read("rfc5118", name).message)).equals(wireOf("rfc5118", name))).toBe(true);
    },
  );
});
