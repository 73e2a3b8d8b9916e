import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { loginCounts } from "../../support/phone/login-counts.ts";
import { jsSip, type LibraryPhone, sipJs } from "../../support/phone/libraries.ts";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";

// JsSIP and SIP.js themselves, in this process: the number of challenges, and the cost.

// Their transactions would wait for half a minute after the last answer; nothing here waits for a timer.
beforeAll(() => void jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] }));
afterAll(() => void jest.useRealTimers());

const phones: LibraryPhone[] = [];
const used = <P extends LibraryPhone>(phone: P): P => (phones.push(phone), phone);
afterEach(() => phones.splice(0).forEach((phone) => phone.stop()));

const bearer = { authzServer: "https://login.example.com", offered: "first" } as const;
const ONCE = ["SIP/2.0 401 Unauthorized", "SIP/2.0 200 OK"];

const credentialsIn = (text: string | undefined): string | undefined => /^Authorization: (.*)$/m.exec(text ?? "")?.[1];

type Open = (network: Network, password?: string, userName?: string) => Promise<LibraryPhone>;

describe.each<[string, Open]>([
  [
    "JsSIP",
    (network, password = "alice", authorization_user = "alice") =>
      Promise.resolve(used(jsSip(network, "alice", { password, authorization_user }))),
  ],
  [
    "SIP.js",
    async (network, password = "alice", userName = "alice") => used(await sipJs(network, "alice", password, userName)),
  ],
])("%s", (_name, open) => {
  test.each([
    ["passwords alone", {}],
    ["tokens too", { bearer }],
  ])("finds the challenge it understands where the deployment takes %s", async (_what, settings) => {
    const phone = await open(createNetwork(settings));
    expect(await phone.register()).toBe(true);
    expect(phone.answers).toEqual(ONCE);
  });

  test("refreshes after nine minutes with one request, which costs one write", async () => {
    const writes: string[][] = [];
    const network = createNetwork({}, (ports) => ({
      commit: (changes) => (writes.push(changes.map(({ kind }) => kind)), ports.commit(changes)),
    }));
    const phone = await open(network);
    await phone.register();
    for (let time = 0; time < 3; time += 1) {
      await network.pass(535);
      expect(await phone.register()).toBe(true);
    }
    expect(phone.answers).toEqual([...ONCE, "SIP/2.0 200 OK", "SIP/2.0 200 OK", "SIP/2.0 200 OK"]);
    expect(writes.slice(-3)).toEqual([["registration"], ["registration"], ["registration"]]);
  });

  test("refreshes early too, with one REGISTER each time", async () => {
    const network = createNetwork();
    const phone = await open(network);
    await phone.register();
    for (let time = 0; time < 3; time += 1) {
      await network.pass(60);
      expect(await phone.register()).toBe(true);
    }
    expect(phone.answers).toEqual([...ONCE, "SIP/2.0 200 OK", "SIP/2.0 200 OK", "SIP/2.0 200 OK"]);
    expect(loginCounts(network)).toEqual([0]);
  });

  test.each([
    [`alice@${DOMAIN}`, "alice", true, [0]],
    ["someone-else", "alice", false, [1, 1, 1, 1]],
    ["bob", "bob", false, [0]], // 403: bob may not register alice
  ])(
    "with the authorization user %j and the password %j registers as alice: %j",
    async (name, password, is, counts) => {
      const network = createNetwork();
      const phone = await open(network, password, name);
      expect(await phone.register()).toBe(is);
      expect(loginCounts(network)).toEqual(counts);
    },
  );

  test("with a wrong password gives up after one failed login", async () => {
    const network = createNetwork();
    const phone = await open(network, "wrong");
    expect(await phone.register()).toBe(false);
    expect(loginCounts(network)).toEqual([1, 1, 1, 1]);
  });
});

test.each(["JsSIP", "SIP.js"])("%s takes 503 for a registration that failed, and asks no more", async (name) => {
  const rule = { failures: 1, firstSeconds: 30, longestSeconds: 30 };
  const network = createNetwork({ lockout: { pair: rule, source: rule, aor: rule, forgetSeconds: 60 } });
  const open = (password: string) =>
    name === "JsSIP" ? jsSip(network, "alice", { password }) : sipJs(network, "alice", password);
  await used(await open("wrong")).register();
  const phone = used(await open("alice"));
  expect(await phone.register()).toBe(false);
  expect(phone.answers).toEqual([ONCE[0], "SIP/2.0 503 Too Many Failed Logins"]);
});

test("SIP.js shows its old credentials with every refresh, which are ignored on an authenticated flow", async () => {
  const network = createNetwork();
  const phone = used(await sipJs(network, "alice", "alice"));
  await phone.register();
  await network.pass(535);
  await phone.register();
  const [, login, refresh] = phone.sent.map(credentialsIn);
  expect(login).toContain("nc=00000001");
  expect(refresh).toBe(login);
});

test("JsSIP with authorization_jwt registers and refreshes by its token alone (RFC 8898)", async () => {
  const asked: string[] = [];
  const network = createNetwork({ bearer }, () => ({
    verifyToken: (token) => (asked.push(token), Promise.resolve({ kind: "verified", aor: `sip:zoe@${DOMAIN}` })),
  }));
  const phone = used(jsSip(network, "zoe", { authorization_jwt: "Bearer eyJ.zoe.sig" }));
  expect([await phone.register(), await phone.register()]).toEqual([true, true]);
  expect(phone.answers).toEqual(["SIP/2.0 200 OK", "SIP/2.0 200 OK"]);
  expect(phone.sent.map(credentialsIn)).toEqual(["Bearer eyJ.zoe.sig", "Bearer eyJ.zoe.sig"]);
  expect(asked).toEqual(["eyJ.zoe.sig"]);
});

test("JsSIP with a token that is refused gives up, with an event", async () => {
  const network = createNetwork({ bearer }, () => ({
    verifyToken: () => Promise.resolve({ kind: "refused", reason: "exp check_failed" }),
  }));
  const phone = used(jsSip(network, "zoe", { authorization_jwt: "Bearer eyJ.zoe.sig" }));
  expect(await phone.register()).toBe(false);
  expect(phone.answers).toEqual(["SIP/2.0 401 Unauthorized"]);
});
