import { expect, test } from "@jest/globals";
import { readAddress, readUri, viasOf } from "./address.ts";
import { listOf, readMessage, titleOf, valuesOf } from "./message.ts";

const TEXT = [
  "\r\nINVITE sip:bob@example.com SIP/2.0",
  "v: SIP / 2.0 / WS a.invalid ;branch=z9hG4bKa , SIP/2.0/UDP b.invalid;branch=z9hG4bKb",
  'm: "Comma, <bracket> \\" quote" <sip:a@h.invalid;transport=ws?x=y>;q=0.5;+sip.instance="<urn:uuid:1>"',
  "X-Folded: one\r\n two\r\n\tthree",
  "x-folded: four",
  "no colon here",
  "l: 4",
  "",
  "body",
].join("\r\n");

test("compact names, folding, lists and quotes are read", () => {
  const message = readMessage(TEXT);
  if (message === undefined) throw new Error("unreadable");
  expect(titleOf(message)).toBe("INVITE");
  expect(message.body).toBe("body");
  expect(valuesOf(message, "x-folded")).toEqual(["one two three", "four"]);
  expect(viasOf(message).map(({ protocol, sentBy }) => [protocol, sentBy])).toEqual([
    ["SIP/2.0/WS", "a.invalid"],
    ["SIP/2.0/UDP", "b.invalid"],
  ]);
  const [contact] = listOf(message, "contact").map(readAddress);
  expect(contact?.uri).toBe("sip:a@h.invalid;transport=ws?x=y");
  expect(contact?.parameters.get("+sip.instance")).toBe("<urn:uuid:1>");
  expect(readUri(contact?.uri ?? "")).toMatchObject({ user: "a", host: "h.invalid", headers: "x=y" });
});

test("any other text gives undefined, and nothing throws", () => {
  for (const text of ["", "\r\n", "{}", "GET / HTTP/1.1\r\n\r\n", "SIP/2.0", "INVITE", "\0\0", '"'.repeat(999)]) {
    expect(readMessage(text)).toBeUndefined();
  }
  expect(readMessage("SIP/2.0 200 OK")).toMatchObject({ kind: "response", status: 200, method: "" });
  expect(readMessage("SIP/2.0 180 \u2028")).toMatchObject({ status: 180, reason: "\u2028" });
});
