import { describe, expect, test } from "@jest/globals";
import { type ConnectResult, connectResult } from "../../../lib/aws/api-gateway/connect-result.ts";
import { readAllowedOrigins } from "../../../lib/aws/environment.ts";
import { originProblems } from "../../../lib/aws/api-gateway/origins.ts";

const allowed = [
  "https://phone.example.com",
  "https://desk.example.com:8443",
  "http://localhost:*",
  "capacitor://localhost",
];

/** Status for a handshake with these Origin headers, in the two forms in which API Gateway passes them on. */
function statusOf(origins: readonly string[], list: readonly string[] = allowed): ConnectResult["statusCode"] {
  const protocol = { "Sec-WebSocket-Protocol": "sip" };
  const last = origins.at(-1);
  return connectResult(
    {
      headers: { ...protocol, ...(last !== undefined && { Origin: last }) },
      multiValueHeaders: { "Sec-WebSocket-Protocol": ["sip"], ...(last !== undefined && { Origin: origins }) },
    },
    list,
  ).statusCode;
}

describe("a page may connect if its origin is in the list by scheme, host and port (RFC 6454 §5):", () => {
  test.each([
    ["as it is written", "https://phone.example.com"],
    ["in upper case, which means the same", "HTTPS://Phone.EXAMPLE.com"],
    ["with the default port written out", "https://phone.example.com:443"],
    ["with the port of the entry", "https://desk.example.com:8443"],
    ["with any port where the entry says *", "http://localhost:5173"],
    ["without a port where the entry says *", "http://localhost"],
    ["of an app with a scheme of its own", "capacitor://localhost"],
  ])("%s", (_title, origin) => {
    expect(statusOf([origin])).toBe(200);
  });
});

describe("a page may not connect from", () => {
  test.each([
    ["another site", "https://evil.example"],
    ["the same host without TLS", "http://phone.example.com"],
    ["another port", "https://phone.example.com:8443"],
    ["the default port where the entry names another", "https://desk.example.com"],
    ["a name that begins like ours", "https://phone.example.com.evil.example"],
    ["a name that ends like ours", "https://evilphone.example.com"],
    ["a subdomain of an allowed host", "https://x.phone.example.com"],
    ["the domain above ours", "https://example.com"],
    ["the allowed origin as a user name", "https://phone.example.com@evil.example"],
    ["a user name at the allowed host", "https://evil@phone.example.com"],
    ["a URL with a slash at the end, which is not an origin", "https://phone.example.com/"],
    ["a URL with a path", "https://phone.example.com/x"],
    ["a URL with a query", "https://phone.example.com?x"],
    ["ours behind white space", " https://phone.example.com"],
    ["ours with a line end", "https://phone.example.com\n"],
    ["ours with a NUL", "https://phone.example.com\0"],
    ["ours with a dot at the end, which is another origin", "https://phone.example.com."],
    ["ours without a scheme", "phone.example.com"],
    ["ours with the scheme of the socket", "wss://phone.example.com"],
    ["ours with a letter that is ASCII only in lower case", "https://des\u212a.example.com:8443"],
    ["two origins in one header (RFC 6454 §7.1)", "https://phone.example.com https://phone.example.com"],
    ["two origins with a comma", "https://phone.example.com, https://phone.example.com"],
    ["a star", "*"],
    ["a star as port", "http://localhost:*"],
    ["a port of letters", "http://localhost:http"],
    ["a port of nothing", "http://localhost:"],
    ["a local name that begins like ours", "http://localhost.evil.example:8080"],
    ["nowhere: null is what a sandboxed frame of any site says (RFC 6454 §7.3)", "null"],
    ["nowhere: an empty header", ""],
    ["the word that stands for no page", "none"],
  ])("%s", (_title, origin) => {
    expect(statusOf([origin])).toBe(403);
    expect(statusOf([origin], [])).toBe(403);
  });

  test("several Origin headers, though each were right", () => {
    expect(statusOf(["https://phone.example.com", "https://phone.example.com"])).toBe(403);
    expect(statusOf(["https://evil.example", "https://phone.example.com"])).toBe(403);
    const headers = {
      "sec-websocket-protocol": "sip",
      origin: "https://phone.example.com",
      Origin: "https://evil.example",
    };
    expect(connectResult({ headers }, allowed)).toEqual({ statusCode: 403 });
    const multiValueHeaders = { origin: [headers.origin], Origin: [headers.Origin] };
    expect(connectResult({ headers, multiValueHeaders }, allowed)).toEqual({ statusCode: 403 });
  });
});

describe("the list", () => {
  test.each([
    ["absent or empty", []],
    ["none", ["none"]],
    ["an empty entry", [""]],
  ])("%s: no page may connect", (_title, list) => {
    for (const origin of ["https://phone.example.com", "null", "none", ""]) expect(statusOf([origin], list)).toBe(403);
  });

  test.each([
    [{}, 403, 403],
    [{ ALLOWED_ORIGINS: "" }, 403, 403],
    [{ ALLOWED_ORIGINS: "none" }, 403, 403],
    [{ ALLOWED_ORIGINS: "https://desk.example.com,https://phone.example.com" }, 200, 403],
    [{ ALLOWED_ORIGINS: "*" }, 200, 200],
  ])("in the environment as %j: a listed page %i, another %i", (environment, ours, others) => {
    const list = readAllowedOrigins(environment);
    expect(statusOf(["https://phone.example.com"], list)).toBe(ours);
    expect(statusOf(["https://evil.example"], list)).toBe(others);
    expect(statusOf([], list)).toBe(200);
  });

  test("* alone: any page may", () => {
    for (const origin of ["https://evil.example", "null"]) expect(statusOf([origin], ["*"])).toBe(200);
  });

  test("does not apply to a client without Origin, which is not a browser", () => {
    expect([statusOf([]), statusOf([], []), statusOf([], ["*"])]).toEqual([200, 200, 200]);
  });

  test("is not asked about a client that does not speak sip: 400", () => {
    expect(connectResult({ headers: { Origin: "https://evil.example" } }, [])).toEqual({ statusCode: 400 });
  });

  test("does not name the refused client", () => {
    expect(
      connectResult({ headers: { "Sec-WebSocket-Protocol": "sip", Origin: "https://evil.example" } }, allowed),
    ).toEqual({
      statusCode: 403,
    });
  });
});

describe("an entry is refused with a text that says what to write instead:", () => {
  test.each([
    ["https://phone.example.com/", /here https:\/\/phone\.example\.com\./],
    ["https://phone.example.com/app", /here https:\/\/phone\.example\.com\./],
    ["https://Phone.example.com", /here https:\/\/phone\.example\.com\./],
    ["https://phone.example.com:443", /here https:\/\/phone\.example\.com\./],
    ["wss://phone.example.com", /here https:\/\/phone\.example\.com\./],
    ["ws://localhost:8080/sip", /here http:\/\/localhost:8080\./],
    ["https://müller.example", /here https:\/\/xn--mller-kva\.example\./],
    ["https://alice@phone.example.com", /here https:\/\/phone\.example\.com\./],
    ["http://127.1:*", /here http:\/\/127\.0\.0\.1\./],
    ["https://*.example.com", /A port may be \*, a host may not/],
    ["phone.example.com", /as in https:\/\/phone\.example\.com/],
    ["null", /as in https:\/\/phone\.example\.com/],
    ["https://a.example https://b.example", /as in https:\/\/phone\.example\.com/],
    ["https://phone.example.com:99999", /as in https:\/\/phone\.example\.com/],
    ["file:///", /as in https:\/\/phone\.example\.com/],
    ["", /as in https:\/\/phone\.example\.com/],
  ])("%j", (entry, message) => {
    expect(originProblems([entry])).toEqual([expect.stringMatching(message)]);
    expect(originProblems([entry])[0]).toContain(`has "${entry}"`);
  });

  test("* beside others: which did you mean?", () => {
    expect(originProblems(["*", "https://phone.example.com"])).toEqual([expect.stringContaining("write it alone")]);
  });

  test("but these are fine", () => {
    expect(originProblems([...allowed, "http://[::1]:*", "http://127.0.0.1:8080"])).toEqual([]);
    expect(originProblems(["*"])).toEqual([]);
    expect(originProblems([])).toEqual([]);
  });
});
