import { createSecretKey } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { aor } from "../../../lib/sip/syntax/aor.ts";
import { createTurnCredential } from "../../../lib/sip/turn/credential.ts";
import { isStunUri, isTurnUri } from "../../../lib/sip/policy/turn-servers.ts";

const north = createSecretKey(Buffer.from("north"));
const nameOf = (user: string) => createTurnCredential(aor(user, "example.com"), 1, north).username.slice("1:".length);

describe("a TURN credential (coturn's use-auth-secret)", () => {
  test("is <expiry>:<user> and base64 of HMAC-SHA1(secret, that)", () => {
    // printf 1795738483:alice@example.com | openssl dgst -sha1 -hmac north -binary | base64
    expect(createTurnCredential("sip:alice@example.com", 1_795_738_483, north)).toEqual({
      username: "1795738483:alice@example.com",
      credential: "4wWvlqXWVlbDL6TsH8koUwiWk+k=",
    });
  });

  test.each([
    ["alice", "alice@example.com"],
    ["+4930123", "+4930123@example.com"],
    ["9:bob", "9%3Abob@example.com"],
    ["jörg müller", "j%C3%B6rg%20m%C3%BCller@example.com"],
    ["a\r\nb\0", "a%0D%0Ab%00@example.com"],
    ['a"b\\c', "a%22b%5Cc@example.com"],
  ])("names %j as its AOR does, so that the name is one word and the first colon ends the expiry", (user, name) => {
    expect(nameOf(user)).toBe(name);
  });

  test.each([
    ["an apostrophe", "o'brien"],
    ["words of SQL", "union-select"],
    ["them the other way round and in capitals", "SELECT.your.Union"],
    ["three hundred letters", "x".repeat(300)],
  ])("stands for a user with %s by a hash, because coturn would refuse the name", (_title, user) => {
    expect(nameOf(user)).toMatch(/^[\w-]{43}$/);
    expect(nameOf(user)).not.toBe(nameOf(`${user}2`));
  });
});

describe("the URI of a server", () => {
  test.each([
    "turn:turn.example.com",
    "turn:192.0.2.1:3478",
    "turns:[2001:db8::1]:5349?transport=tcp",
    "TURN:turn.example.com?transport=udp",
  ])("RFC 7065: %s", (uri) => expect([isTurnUri(uri), isStunUri(uri)]).toEqual([true, false]));

  test.each(["stun:stun.example.com", "stuns:192.0.2.1:5349"])("RFC 7064: %s", (uri) => {
    expect([isTurnUri(uri), isStunUri(uri)]).toEqual([false, true]);
  });

  test.each([
    "",
    "turn.example.com",
    "turn:",
    "turn://turn.example.com",
    "turn:user@turn.example.com",
    "turn:turn.example.com:70000",
    "turn:turn.example.com?transport=",
    "turn:turn.example.com?x=1",
    "turn:turn.example.com turns:b.example",
    "stun:stun.example.com?transport=udp",
    "https://turn.example.com",
  ])("%j is neither", (text) => expect([isTurnUri(text), isStunUri(text)]).toEqual([false, false]));
});
