import { describe, expect, test } from "@jest/globals";
import { defaultLockoutPolicy, type LockoutPolicy, lockSeconds } from "../../../lib/sip/policy/lockout.ts";
import { header, headers, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { type Asking, challenged } from "../../support/phone/challenged.ts";
import { loginCounts } from "../../support/phone/login-counts.ts";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";
import type { ReadSet } from "../../../lib/sip/state/snapshot.ts";

const HOME = "192.0.2.7";
const EVIL = "198.51.100.66";

/** A policy with small numbers, so that a test reaches each limit. */
const lockout: LockoutPolicy = {
  pair: { failures: 3, firstSeconds: 10, longestSeconds: 60 },
  source: { failures: 6, firstSeconds: 20, longestSeconds: 100 },
  aor: { failures: 12, firstSeconds: 5, longestSeconds: 15 },
  forgetSeconds: 1000,
};

const small = (): Network => createNetwork({ lockout });

/** Challenged on a connection of its own. Without another contact it is always the same device of the user. */
function onDevice(network: Network, user: string, { contact = `sip:${user}@page.invalid`, ...asking }: Asking) {
  return challenged(network, user, { ...asking, contact });
}

async function login(network: Network, user: string, password: string, source = HOME): Promise<SipResponse> {
  return (await onDevice(network, user, { password, source })).answer();
}

async function guess(network: Network, times: number, user = "alice", source = EVIL): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time += 1)
    statuses.push((await login(network, user, `guess${time}`, source)).status);
  return statuses;
}

const locked = (response: SipResponse): string => `${response.status} ${header(response, "retry-after")}`;

describe("the delay", () => {
  test("begins with the last failure that is free, doubles with each, and ends at the longest", () => {
    const { pair } = lockout;
    expect([0, 1, 2, 3, 4, 5, 6, 7, 5000].map((failures) => lockSeconds(failures, pair))).toEqual([
      0, 0, 0, 10, 20, 40, 60, 60, 60,
    ]);
  });

  test("by default comes for the pair of user and network first, for the network next, and for the user last", () => {
    const { pair, source, aor, forgetSeconds } = defaultLockoutPolicy;
    expect([pair.failures < source.failures, source.failures < aor.failures]).toEqual([true, true]);
    expect(aor.longestSeconds).toBeLessThan(pair.longestSeconds);
    for (const { longestSeconds } of [pair, source, aor]) expect(longestSeconds).toBeLessThan(forgetSeconds);
  });
});

describe("failed logins", () => {
  test("lock the user out of that network: 503, with the rest of the time in Retry-After", async () => {
    const network = small();
    expect(await guess(network, 4)).toEqual([401, 401, 401, 503]);
    await network.pass(4);
    expect(locked(await login(network, "alice", "guess", EVIL))).toBe("503 6");
  });

  test("while it is locked right and wrong passwords, known and unknown users get the same answer", async () => {
    const answers: unknown[] = [];
    for (const [user, password] of [
      ["alice", "alice"],
      ["alice", "wrong"],
      ["nobody", "wrong"],
    ] as const) {
      const network = small();
      await guess(network, 3, user);
      const { status, reason, fields } = await login(network, user, password, EVIL);
      answers.push([
        status,
        reason,
        fields.map(({ name }) => name),
        header(await login(network, user, password, EVIL), "retry-after"),
      ]);
    }
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
    expect(answers[0]).toEqual([503, "Too Many Failed Logins", expect.anything(), "10"]);
  });

  test("while it is locked are not counted: a further attempt does not lengthen the lock", async () => {
    const network = small();
    await guess(network, 20);
    expect(loginCounts(network)).toEqual([3, 3, 3, 1, 1, 1]);
  });

  test("after the lock are decided again, and the next lock is twice as long", async () => {
    const network = small();
    const locks: string[] = [];
    await guess(network, 3);
    for (const seconds of [10, 20, 40, 60]) {
      await network.pass(seconds);
      expect((await login(network, "alice", "guess", EVIL)).status).toBe(401);
      locks.push(locked(await login(network, "alice", "alice", EVIL)));
    }
    expect(locks).toEqual(["503 20", "503 40", "503 60", "503 60"]);
    await network.pass(60);
    expect((await login(network, "alice", "alice", EVIL)).status).toBe(200);
  });

  test("are forgotten some time after the last", async () => {
    const network = small();
    await guess(network, 3);
    await network.pass(1000);
    expect(await guess(network, 4)).toEqual([401, 401, 401, 503]);
    expect(loginCounts(network).filter((count) => count > 1)).toEqual([3, 6, 6]);
    await network.pass(43_200);
    await guess(network, 1);
    expect(loginCounts(network).filter((count) => count > 1)).toEqual([]);
  });

  test("are forgiven by a right one: those of this user on this network, and no other count", async () => {
    const network = small();
    await guess(network, 2, "alice", HOME);
    expect((await login(network, "alice", "alice")).status).toBe(200);
    expect(loginCounts(network)).toEqual([0, 2, 2, 1, 1]);
    expect(await guess(network, 4, "alice", HOME)).toEqual([401, 401, 401, 503]);
  });

  test.each([
    ["the user's own registration", {}],
    ["a registration of another user, whose 403 reveals that the guess was right", { to: "sip:carol@example.com" }],
  ])("do not let a right guess through that comes with many wrong ones: %s", async (_what, parts) => {
    const network = small();
    await guess(network, 1);
    const guesses = await Promise.all(
      ["a", "b", "c", "alice"].map((password) => onDevice(network, "alice", { password, source: EVIL })),
    );
    const answers = await Promise.all(guesses.map((phone) => phone.answer({}, parts)));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 503, 503]);
    expect(network.state.rows.flows.size).toBe(0);
  });

  test("of a stranger do not lock the user out elsewhere", async () => {
    const network = small();
    expect((await guess(network, 5)).at(-1)).toBe(503);
    expect((await login(network, "alice", "alice")).status).toBe(200);
  });

  test("of one user do not lock out another on the same network, until there are too many of them", async () => {
    const network = small();
    await guess(network, 5, "alice");
    expect((await login(network, "bob", "bob", EVIL)).status).toBe(200);
    await guess(network, 3, "carol");
    const other = { password: "bob", source: EVIL, contact: "sip:bob@other.invalid" };
    expect(locked(await (await onDevice(network, "bob", other)).answer())).toBe("503 20");
    expect((await login(network, "bob", "bob", HOME)).status).toBe(200);
  });

  test("from many networks lock the user for a short time, as the last resort", async () => {
    const network = small();
    for (let host = 1; host <= 6; host += 1) await guess(network, 2, "alice", `198.51.100.${host}`);
    expect(locked(await login(network, "alice", "alice"))).toBe("503 5");
    expect((await login(network, "bob", "bob")).status).toBe(200);
    await network.pass(5);
    expect((await login(network, "alice", "alice")).status).toBe(200);
  });

  test("of IPv6 are counted by /56, which one customer has", async () => {
    const network = small();
    for (const host of ["1", "ffff", "b:c:d"]) await guess(network, 1, "alice", `2001:db8:0:1::${host}`);
    expect((await login(network, "alice", "alice", "2001:DB8:0:99:9:9:9:9")).status).toBe(503);
    expect((await login(network, "alice", "alice", "2001:db8:0:100::1")).status).toBe(200);
  });

  test("of one site (/48) do not lock a user out elsewhere, from however many of its networks they come", async () => {
    const network = createNetwork();
    for (let net = 0; net < 128; net += 1)
      await guess(network, 4, "alice", `2001:db8:7:${(net * 256).toString(16)}::1`);
    expect((await login(network, "alice", "alice", HOME)).status).toBe(200);
  });

  test("of calls and of registrations are one count, each refused in its own way", async () => {
    const network = small();
    const calling = { method: "INVITE", uri: `sip:bob@${DOMAIN}`, password: "guess", source: EVIL };
    for (let time = 0; time < 3; time += 1) {
      const refused = await (await onDevice(network, "alice", calling)).answer();
      expect([refused.status, headers(refused, "proxy-authenticate").length]).toEqual([407, 2]);
    }
    expect((await (await onDevice(network, "alice", calling)).answer()).status).toBe(503);
    expect((await login(network, "alice", "alice", EVIL)).status).toBe(503);
  });

  test("on one connection count like those on many", async () => {
    const network = small();
    const phone = await onDevice(network, "alice", { password: "guess", source: EVIL });
    const statuses: number[] = [];
    for (let time = 0; time < 4; time += 1) statuses.push((await phone.answer()).status);
    expect(statuses).toEqual([401, 401, 401, 503]);
  });

  test("at the same moment are decided one after the other: no more than before the lock", async () => {
    const network = small();
    const phones = await Promise.all(
      Array.from({ length: 10 }, () => onDevice(network, "alice", { password: "guess", source: EVIL })),
    );
    const answers = await Promise.all(phones.map((phone) => phone.answer()));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(3);
    expect(loginCounts(network).filter((count) => count > 1)).toEqual([3, 3, 3]);
  });

  test("at the same moment reject a right guess with them: it is decided again, and finds the lock", async () => {
    const network = small();
    const passwords = ["a", "b", "c", "d", "alice"];
    const phones = await Promise.all(
      passwords.map((password) => onDevice(network, "alice", { password, source: EVIL })),
    );
    const answers = await Promise.all(phones.map((phone) => phone.answer()));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 503, 503]);
  });

  test("that could not be counted are not answered as failed: the store comes first", async () => {
    const network = createNetwork({ lockout }, () => ({
      commit: (changes) =>
        changes.length > 0 ? Promise.reject(new Error("the table is away")) : Promise.resolve("committed"),
    }));
    const phone = await onDevice(network, "alice", { password: "guess" });
    await expect(phone.answer()).rejects.toThrow("the table is away");
  });

  test("do not affect a connection that is logged in already", async () => {
    const network = small();
    const alice = await onDevice(network, "alice", { source: EVIL });
    expect((await alice.answer()).status).toBe(200);
    expect((await guess(network, 4)).at(-1)).toBe(503);
    expect((await alice.send([])).status).toBe(200);
    expect((await alice.answer({ nc: "00000002" })).status).toBe(200); // it needs no credentials, so these are not checked
    expect((await alice.answer({ nc: "00000003", response: '"00"' })).status).toBe(200);
  });

  test("leave neither names nor addresses in the table", async () => {
    const network = small();
    await guess(network, 1);
    const { loginHistories, loginFailures } = network.state.rows;
    expect([...loginFailures.keys()].join()).toMatch(/^source\.[\w-]{22},aor\.[\w-]{22},flow\.[\w-]{22}$/);
    expect([...loginHistories.keys()].join()).toMatch(/^pair\.[\w-]{22}$/);
    const devices = [...loginHistories.values()].flatMap((history) => history.devices);
    expect(devices.map(({ device }) => device).join()).toMatch(/^[\w-]{22}$/);
  });
});

describe("the cost", () => {
  /** The reads of each request, and how many changes it made. */
  function watched() {
    const looks: ReadSet[] = [];
    const writes: string[][] = [];
    const network = createNetwork({}, (ports) => ({
      read: (keys) => (looks.push(keys), ports.read(keys)),
      commit: (changes) => (writes.push(changes.map(({ kind }) => kind)), ports.commit(changes)),
    }));
    return { network, looks, writes };
  }

  test("a first request and a refresh read no count and no subscriber, and write none", async () => {
    const { network, looks, writes } = watched();
    const alice = await challenged(network, "alice");
    await alice.answer();
    await alice.send([]);
    const asked = looks.map(({ subscribers = [], loginFailures = [], loginHistories = [] }) => {
      return [subscribers.length, loginFailures.length, loginHistories.length];
    });
    expect(asked).toEqual([
      [0, 0, 0],
      [1, 3, 1],
      [0, 0, 0], // owner of the new contact
      [0, 0, 0],
    ]);
    expect(writes).toEqual([[], ["login history", "registration", "flow", "contact owner"], ["registration"]]);
  });

  test("a refresh of SIP.js, which repeats its old credentials, reads and writes as much as one without credentials", async () => {
    const { network, looks, writes } = watched();
    const alice = await challenged(network, "alice");
    await alice.answer();
    await network.pass(535);
    await alice.answer();
    expect(Object.keys(looks.at(-1) ?? {}).toSorted()).toEqual(["flows", "registrations"]);
    expect(writes.at(-1)).toEqual(["registration"]);
  });

  test("a right login is written into the history of user and network, on condition that it is unchanged", async () => {
    const { network, writes } = watched();
    await login(network, "alice", "wrong");
    await login(network, "alice", "alice");
    expect(writes.at(-1)).toEqual(["login history", "registration", "flow", "contact owner"]);
  });

  test("a failed login writes its four counts and nothing else", async () => {
    const { network, writes } = watched();
    await login(network, "alice", "wrong");
    expect(writes.at(-1)).toEqual(["login history", "failed login", "failed login", "failed login"]);
  });

  test("a client that increments nc writes its digest beside the rest", async () => {
    const { network, writes } = watched();
    const alice = await challenged(network, "alice");
    await alice.answer();
    await alice.answer({ nc: "00000002" });
    expect(writes.at(-1)).toEqual(["digest", "registration"]);
  });
});
