import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { ha1, isRightResponse, readDigest } from "../../../lib/sip/auth/digest.ts";
import { parseAuthHeader } from "../../../lib/sip/syntax/auth-header.ts";
import { headers, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { loginCounts } from "../../support/phone/login-counts.ts";
import { challenged, nonceIn, stales } from "../../support/phone/challenged.ts";
import { type Bent, digestValue } from "../../support/phone/digest.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";

const BOB = `sip:bob@${DOMAIN}`;
const REALM = DOMAIN;

/** Status and reason phrase. */
const line = ({ status, reason }: SipResponse): string => `${status} ${reason}`;

describe("RFC 7616 §3.3 the challenge", () => {
  test("is one field per algorithm, in the deployment's order, of one nonce, with qop auth alone", async () => {
    const network = createNetwork({ digestAlgorithms: ["SHA-512-256", "MD5"] });
    const { challenge } = await challenged(network, "alice");
    const nonce = nonceIn(challenge);
    expect(headers(challenge, "www-authenticate")).toEqual([
      `Digest realm="example.com", nonce="${nonce}", algorithm=SHA-512-256, qop="auth"`,
      `Digest realm="example.com", nonce="${nonce}", algorithm=MD5, qop="auth"`,
    ]);
  });

  test("comes from the registrar as 401 with WWW-Authenticate, from the proxy as 407 with Proxy-Authenticate", async () => {
    const network = createNetwork();
    const { challenge: registrars } = await challenged(network, "alice");
    const { challenge: proxys } = await challenged(network, "alice", { method: "MESSAGE", uri: BOB });
    expect([registrars.status, headers(registrars, "proxy-authenticate")]).toEqual([401, []]);
    expect(headers(registrars, "www-authenticate")).toHaveLength(2);
    expect([proxys.status, headers(proxys, "www-authenticate")]).toEqual([407, []]);
    expect(headers(proxys, "proxy-authenticate")).toHaveLength(2);
  });

  test.each(["INVITE", "MESSAGE", "SUBSCRIBE", "OPTIONS", "PUBLISH", "REFER", "NEWMETHOD"])(
    "%s to a user is challenged with 407",
    async (method) => {
      const { challenge } = await challenged(createNetwork(), "alice", { method, uri: BOB });
      expect(challenge.status).toBe(407);
    },
  );

  test("an old nonce is stale whatever the password: the client gets stale=true with a new one, and the failure is not counted", async () => {
    const network = createNetwork();
    for (const password of ["alice", "wrong"]) {
      const phone = await challenged(network, "alice", { password });
      await network.pass(301);
      const response = await phone.answer();
      expect([response.status, stales(response)]).toEqual([401, ["true", "true"]]);
    }
    expect(loginCounts(network)).toEqual([]);
  });

  test("a wrong password with a fresh nonce is not stale: a client would repeat it endlessly", async () => {
    const response = await (await challenged(createNetwork(), "alice", { password: "wrong" })).answer();
    expect([response.status, stales(response)]).toEqual([401, [undefined, undefined]]);
  });

  test("a nonce is refused on another connection, and a forged one on every connection", async () => {
    const network = createNetwork();
    const [one, two] = [await challenged(network, "alice"), await challenged(network, "alice")];
    const other = await two.answer({ nonce: `"${nonceIn(one.challenge)}"` });
    const forged = await two.answer({ nonce: `"${nonceIn(two.challenge)}x"` });
    expect([other.status, stales(other), forged.status]).toEqual([401, [undefined, undefined], 401]);
    expect(loginCounts(network)).toEqual([]);
  });
});

describe("RFC 7616 §3.4 the answer", () => {
  test.each(["MD5", "SHA-256", "SHA-512-256"])("with %s is good where that is offered", async (algorithm) => {
    const network = createNetwork({ digestAlgorithms: ["SHA-512-256", "SHA-256", "MD5"] });
    const ha512 = ha1("SHA-512-256", "alice", DOMAIN, "alice");
    network.state.addSubscriber({ aor: "sip:alice@example.com", ha1: { ...secretsOf("alice"), "SHA-512-256": ha512 } });
    expect((await (await challenged(network, "alice")).answer({ algorithm })).status).toBe(200);
  });

  test.each<[string, Bent]>([
    ["no username", { username: undefined }],
    ["no uri", { uri: undefined }],
    ["no nonce", { nonce: undefined }],
    ["qop auth-int, which is never offered", { qop: "auth-int" }],
    ["an unknown qop", { qop: "auth-conf" }],
    ["qop without cnonce", { cnonce: undefined }],
    ["qop without nc", { nc: undefined }],
    ["an nc of seven digits", { nc: "0000001" }],
    ["an nc that is not hexadecimal", { nc: "0000000g" }],
    ["algorithm MD5-sess (§3.4.2)", { algorithm: "MD5-sess" }],
    ["algorithm SHA-256-sess (§3.4.2)", { algorithm: "SHA-256-sess" }],
    ["an unknown algorithm", { algorithm: "ROT-13" }],
    ["a hashed username (§3.4.4), which is never asked for", { userhash: "true" }],
    ["username and username* together", { "username*": "UTF-8''alice" }],
    ["username* in another character set", { username: undefined, "username*": "iso-8859-1''alice" }],
    ["username* that is no UTF-8", { username: undefined, "username*": "UTF-8''%FF" }],
    ["username* with half an escape", { username: undefined, "username*": "UTF-8''alice%4" }],
  ])("with %s is 400 and not counted", async (_what, bent) => {
    const network = createNetwork();
    const phone = await challenged(network, "alice");
    const refused = await phone.answer(bent);
    expect([line(refused), headers(refused, "www-authenticate")]).toEqual([
      expect.stringMatching(/^400 Digest \S+ Missing or Improper$/),
      [],
    ]);
    expect([loginCounts(network), network.state.rows.flows.size]).toEqual([[], 0]);
    expect((await phone.answer()).status).toBe(200);
  });

  test("without response is 400", async () => {
    const phone = await challenged(createNetwork(), "alice");
    const [value] = digestValue(phone.challenge, { user: "alice", password: "", method: "", uri: "sip:x" }).split(
      ", response",
    );
    expect(line(await phone.send([`Authorization: ${value}`]))).toBe("400 Digest response Missing or Improper");
  });

  test.each([
    ["an unterminated quote", 'Digest username="alice'],
    ["a parameter twice", `Digest realm="${REALM}", realm="${REALM}", nonce="n"`],
    ["a scheme alone", "Digest"],
    ["no scheme", '="'],
    ["another scheme", "Basic YWxpY2U6YWxpY2U="],
    ["a token where none is taken", "Bearer eyJhbGciOiJub25lIn0.e30."],
    ["half a character", 'Digest username="\u{d83d}'],
  ])("that is %s is treated as absent", async (_what, value) => {
    const phone = await challenged(createNetwork(), "alice");
    expect((await phone.send([`Authorization: ${value}`])).status).toBe(401);
  });

  test("for another realm is treated as absent, with the right password too", async () => {
    const network = createNetwork();
    expect((await (await challenged(network, "alice")).answer({ realm: '"example.org"' })).status).toBe(401);
    expect(loginCounts(network)).toEqual([]);
  });

  test.each<[string, Bent]>([
    ["username* instead of username (RFC 8187)", { username: undefined, "username*": "UTF-8''%61lice" }],
    ["username* with a language", { username: undefined, "username*": "utf-8'en'alice" }],
    ["userhash=false", { userhash: "false" }],
    ["names and algorithm in any case, quotes around what has none", { algorithm: "sha-256", qop: '"auth"' }],
    ["an opaque and an unknown parameter", { opaque: '"whatever"', colour: "green" }],
  ])("with %s is good", async (_what, bent) => {
    const network = createNetwork({ digestAlgorithms: ["SHA-256"] });
    expect((await (await challenged(network, "alice")).answer(bent)).status).toBe(200);
  });

  test("names a user outside ASCII in username* and in a quoted string alike (§3.4.4)", async () => {
    const network = createNetwork();
    const [username, escaped] = ["Jäsøn", "J%C3%A4s%C3%B8n"];
    const secrets = { MD5: ha1("MD5", username, DOMAIN, "s") };
    network.state.addSubscriber({ aor: `sip:${escaped}@example.com`, ha1: secrets });
    for (const bent of [{}, { username: undefined, "username*": `UTF-8''${escaped}` }]) {
      const phone = await challenged(network, escaped, { username, password: "s" });
      expect((await phone.answer({ algorithm: "MD5", ...bent })).status).toBe(200);
    }
    expect(loginCounts(network)).toEqual([0]);
  });

  test.each(["MD5", "SHA-256"] as const)(
    "with user@domain as user name and %s is good where the domain is the realm, and counts as the user's own login",
    async (algorithm) => {
      const network = createNetwork();
      const username = `alice@${DOMAIN}`;
      const phone = await challenged(network, "alice", { username, password: "alice" });
      expect((await phone.answer({ algorithm })).status).toBe(200);
      expect(loginCounts(network)).toEqual([0]);
    },
  );

  test("with user@domain of another domain, or for a password that was stored without it, is a failed login: 401", async () => {
    const network = createNetwork();
    const foreign = await challenged(network, "alice", { username: "alice@example.org", password: "alice" });
    expect((await foreign.answer()).status).toBe(401);
    network.state.addSubscriber({ aor: `sip:alice@${DOMAIN}`, ha1: secretsOf("alice") });
    const old = await challenged(network, "alice", { username: `alice@${DOMAIN}`, password: "alice" });
    expect((await old.answer()).status).toBe(401);
  });

  test("stands among others: ours is found by its realm, in any order (RFC 3261 §22.3)", async () => {
    const foreign = ["other.invalid", "another.invalid"].map(
      (realm) => `Authorization: Digest username="x", realm="${realm}", nonce="n", uri="sip:x", response="0"`,
    );
    const network = createNetwork();
    for (const place of [0, 1, 2]) {
      const phone = await challenged(network, "alice");
      const ours = digestValue(phone.challenge, {
        user: "alice",
        password: "alice",
        method: "REGISTER",
        uri: `sip:${DOMAIN}`,
      });
      expect((await phone.send(foreign.toSpliced(place, 0, `Authorization: ${ours}`))).status).toBe(200);
    }
  });

  test("to two of our challenges at once: the proper one counts", async () => {
    const phone = await challenged(createNetwork(), "alice");
    const login = { user: "alice", password: "alice", method: "REGISTER", uri: `sip:${DOMAIN}` };
    const values = [{ algorithm: "MD5-sess" }, { algorithm: "SHA-256" }].map((bent) =>
      digestValue(phone.challenge, login, bent),
    );
    expect((await phone.send(values.map((value) => `Authorization: ${value}`))).status).toBe(200);
  });

  test("in the header of the other role is ignored: 401 requires Authorization, 407 Proxy-Authorization", async () => {
    const network = createNetwork();
    const login = { user: "alice", password: "alice" };
    const registering = await challenged(network, "alice");
    const asProxys = digestValue(registering.challenge, { ...login, method: "REGISTER", uri: `sip:${DOMAIN}` });
    expect((await registering.send([`Proxy-Authorization: ${asProxys}`])).status).toBe(401);
    const calling = await challenged(network, "alice", { method: "MESSAGE", uri: BOB });
    const asRegistrars = digestValue(calling.challenge, { ...login, method: "MESSAGE", uri: BOB });
    expect((await calling.send([`Authorization: ${asRegistrars}`])).status).toBe(407);
  });

  test("without qop is taken, as RFC 3261 §22.4 item 8 wants it", async () => {
    const phone = await challenged(createNetwork(), "alice");
    const old: Bent = { qop: undefined, nc: undefined, cnonce: undefined };
    expect((await phone.answer(old)).status).toBe(200);
    expect((await phone.answer(old)).status).toBe(200); // used, and not needed
  });
});

describe("RFC 7616 §3.4.6 the URI", () => {
  const uriOf = async (uri: string, method = "REGISTER"): Promise<string> =>
    line(await (await challenged(createNetwork(), "alice", { method })).answer({ uri: `"${uri}"` }));

  test.each(["sip:elsewhere.invalid", "sip:alice@example.com", "sips:example.com", "", "nonsense"])(
    "that is another than the request's is 400: %j",
    async (uri) => expect(await uriOf(uri)).toBe("400 Digest URI Mismatch"),
  );

  test.each(["sip:example.com", "sip:EXAMPLE.com", "SIP:example.com"])(
    "that is the same by RFC 3261 §19.1.4 is good: %s",
    async (uri) => expect(await uriOf(uri)).toBe("200 OK"),
  );

  test("is that of the request, whatever Route leads to this server", async () => {
    const network = createNetwork();
    const phone = await challenged(network, "alice", { method: "MESSAGE", uri: BOB });
    const routed = await phone.answer({}, { routes: [`<sip:${DOMAIN};lr>`] });
    expect(routed.status).toBe(202); // Bob is not there, and the text waits
  });

  test("a mismatch reveals nothing about the password, and is not counted", async () => {
    const network = createNetwork();
    for (const password of ["alice", "wrong"]) {
      const phone = await challenged(network, "alice", { password });
      expect(line(await phone.answer({ uri: '"sip:x.invalid"' }))).toBe("400 Digest URI Mismatch");
    }
    expect(loginCounts(network)).toEqual([]);
  });
});

describe("RFC 7616 §3.4, §5.5 nc, on a flow that has proved who it is", () => {
  /** A flow that answered its first challenge with nc=1. */
  async function loggedIn(network = createNetwork(), asking = {}) {
    const phone = await challenged(network, "alice", asking);
    expect((await phone.answer()).status).toBeLessThan(500);
    return { network, phone };
  }

  test("a used answer is ignored: it proves nothing, and nothing needs to be proved", async () => {
    const { network, phone } = await loggedIn();
    expect((await phone.answer()).status).toBe(200);
    expect((await phone.answer({ response: '"00"' })).status).toBe(200);
    expect(loginCounts(network)).toEqual([0]); // the login has reset it
  });

  test("a used answer logs no other connection in", async () => {
    const network = createNetwork();
    const { phone } = await loggedIn(network);
    const used = digestValue(phone.challenge, {
      user: "alice",
      password: "alice",
      method: "REGISTER",
      uri: `sip:${DOMAIN}`,
    });
    const other = await challenged(network, "alice");
    expect((await other.send([`Authorization: ${used}`])).status).toBe(401);
  });

  test("answers are taken in any order of their counts", async () => {
    const { phone } = await loggedIn();
    for (const nc of ["00000002", "00000002", "0000000a", "00000009", "00000001", "0000000b"]) {
      expect((await phone.answer({ nc })).status).toBe(200);
    }
  });

  test("the very same request again is a retransmission (RFC 3261 §17.2), another one with its answer is a new call", async () => {
    const network = createNetwork();
    const bob = await network.online("bob");
    const { phone } = await loggedIn(network, { method: "INVITE", uri: BOB });
    const parts = { callId: "one", branch: "z9hG4bKone", cseq: 7, fromTag: "t" };
    expect((await phone.answer({ nc: "00000002" }, parts)).status).toBe(100);
    expect((await phone.answer({ nc: "00000002" }, parts)).status).toBe(100);
    expect(bob.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(2); // with the first of all
    const replayed = await phone.answer({ nc: "00000002" }, { ...parts, branch: "z9hG4bKtwo", cseq: 8 });
    expect(replayed.status).toBe(100);
  });

  test("a REGISTER that is repeated, credentials and all, is answered as before (RFC 3261 §17.2.2)", async () => {
    const network = createNetwork();
    const phone = await challenged(network, "alice");
    const parts = { callId: "one", branch: "z9hG4bKone", cseq: 7, fromTag: "t" };
    expect((await phone.answer({}, parts)).status).toBe(200);
    expect((await phone.answer({}, parts)).status).toBe(200);
  });

  test("two requests with one count at the same moment are both served", async () => {
    const { phone } = await loggedIn();
    const answers = await Promise.all([phone.answer({ nc: "00000002" }), phone.answer({ nc: "00000002" })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  test("an expired nonce is ignored, as SIP.js sends it with every refresh", async () => {
    const { network, phone } = await loggedIn();
    await network.pass(535);
    expect((await phone.answer()).status).toBe(200);
  });

  test("no credentials are needed: neither a refresh nor a call is challenged", async () => {
    const { phone } = await loggedIn();
    expect((await phone.send([])).status).toBe(200);
  });

  test("a wrong response is challenged and counted, and the flow keeps its identity", async () => {
    const { network, phone } = await loggedIn();
    const refused = await phone.answer({ nc: "00000002", response: `"${"0".repeat(64)}"` });
    expect([refused.status, stales(refused)]).toEqual([401, [undefined, undefined]]);
    expect(loginCounts(network)).toEqual([1, 1, 1, 1]);
    expect((await phone.send([])).status).toBe(200);
  });

  test.each(["bob", "nobody", "wrong"])(
    "another user's credentials are not looked at: no oracle for the password of %s",
    async (password) => {
      const { network, phone } = await loggedIn();
      const login = { user: "bob", password, method: "REGISTER", uri: `sip:${DOMAIN}` };
      const bobs = digestValue(phone.challenge, login, { nc: "00000002" });
      const [asSelf, asBob] = [
        await phone.send([`Authorization: ${bobs}`]),
        await phone.send([`Authorization: ${bobs}`], { to: BOB }),
      ];
      const failed = loginCounts(network).filter((count) => count > 0);
      expect([asSelf.status, asBob.status, failed]).toEqual([200, 403, []]);
    },
  );

  test("credentials on a flow that the authorizer admitted are ignored", async () => {
    const looks: unknown[] = [];
    const network = createNetwork({}, (ports) => ({
      read: (keys) => (looks.push(keys.loginFailures ?? keys.subscribers), ports.read(keys)),
    }));
    const { challenge } = await challenged(network, "alice", { flow: "f" });
    const value = digestValue(challenge, {
      user: "alice",
      password: "wrong",
      method: "REGISTER",
      uri: `sip:${DOMAIN}`,
    });
    const text = network
      .phone("alice", { flow: "f" })
      .write("REGISTER", `sip:${DOMAIN}`, { to: "sip:alice@example.com", lines: [`Authorization: ${value}`] }).text;
    const reply = await network.signaling.receive({ flow: "f", text, identity: "sip:alice@example.com" });
    expect([reply?.slice(0, 14), looks.at(-1)]).toEqual(["SIP/2.0 200 OK", undefined]);
  });
});

describe("RFC 7616 §3.4, §3.9 the computed response, and the response to the client", () => {
  const cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
  const wire = (algorithm: string, response: string): string =>
    [
      'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html"',
      `algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="${cnonce}"`,
      `qop=auth, response="${response}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
    ].join(", ");

  test.each([
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
  ] as const)("§3.9.1: %s of the RFC's request is the RFC's response, and no other", (algorithm, response) => {
    const secret = ha1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");
    const read = (text: string) => readDigest(parseAuthHeader(text)?.parameters ?? new Map());
    const [right, wrong] = [read(wire(algorithm, response)), read(wire(algorithm, response.replace(/^./, "0")))];
    expect(right.ok && isRightResponse(right.credentials, "GET", secret)).toBe(true);
    expect(right.ok && isRightResponse(right.credentials, "PUT", secret)).toBe(false);
    expect(wrong.ok && isRightResponse(wrong.credentials, "GET", secret)).toBe(false);
  });

  test.each([undefined, ""])(
    "§3.4.1: a subscriber without a secret (%j) cannot log in with the placeholder's secret",
    (secret) => {
      const md5 = (text: string) => createHash("md5").update(text).digest("hex");
      for (const standIn of ["0".repeat(32), "", "undefined"]) {
        const response = md5(`${standIn}:n:00000001:c:auth:${md5("REGISTER:sip:x")}`);
        const text = `Digest username="u", realm="r", nonce="n", uri="sip:x", nc=00000001, cnonce="c", qop=auth, response="${response}"`;
        const read = readDigest(parseAuthHeader(text)?.parameters ?? new Map());
        expect(read.ok && isRightResponse(read.credentials, "REGISTER", standIn)).toBe(standIn !== "");
        expect(read.ok && isRightResponse(read.credentials, "REGISTER", secret)).toBe(false);
      }
    },
  );

  test("§3.4: a failed login is logged with the user it was tried for, and without the rest of its credentials", async () => {
    const network = createNetwork();
    const phone = await challenged(network, "alice", { password: "wrong" });
    await phone.answer();
    expect(network.notes.at(-1)?.fields).toMatchObject({
      reason: "login-failed",
      because: "User name or password is wrong. (from 192.0.2.7)",
      user: { name: "alice" },
    });
    expect(JSON.stringify(network.notes)).not.toMatch(/nonce|response=|wrong"/);
  });
});
