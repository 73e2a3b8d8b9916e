// The time of a response must not tell whether a user exists. The test does not measure time: it compares the work,
// which is every hash with its input, every read and every write.
import crypto from "node:crypto";
import { afterAll, expect, jest, test } from "@jest/globals";
import { challenged } from "../../support/phone/challenged.ts";
import { createNetwork } from "../../support/phone/network.ts";

/** `md5 32`: algorithm and bytes of each hash that was computed. */
const hashes: string[] = [];
const { createHash } = crypto;
const counting = jest.spyOn(crypto, "createHash").mockImplementation((algorithm) => {
  const hash = createHash(algorithm);
  const update = hash.update.bind(hash);
  return Object.assign(hash, {
    update(text: string) {
      hashes.push(`${algorithm} ${Buffer.byteLength(text)}`);
      return update(text);
    },
  });
});
afterAll(() => counting.mockRestore());

const algorithms = ["MD5", "SHA-256", "SHA-512-256"] as const;

/** All reads, writes and hashes of a login of a user whose name has five letters, with the responses and log lines. */
async function workOf(user: string, algorithm: string, password: string) {
  const calls: string[] = [];
  const network = createNetwork({ digestAlgorithms: algorithms }, (ports) => ({
    read: (keys) => (calls.push(JSON.stringify(counted(keys))), ports.read(keys)),
    commit: (changes) => (calls.push(changes.map(({ kind }) => kind).join()), ports.commit(changes)),
  }));
  const secret = "0".repeat(64);
  const all = { MD5: "0".repeat(32), "SHA-256": secret, "SHA-512-256": secret };
  network.state.addSubscriber({ aor: "sip:knows@example.com", ha1: all });
  network.state.addSubscriber({ aor: "sip:group@example.com", ha1: {} });
  network.state.addSubscriber({ aor: "sip:mdold@example.com", ha1: { MD5: all.MD5 } });
  const answers: unknown[] = [];
  for (let time = 0; time < 7; time += 1) {
    const phone = await challenged(network, user, { password, contact: "sip:9kl2m4pq@page.invalid" });
    calls.length = hashes.length = 0;
    const { status, reason, fields } = await phone.answer({ algorithm }, { cseq: 5000 + time });
    const ours = hashes.filter((hash) => !hash.startsWith("sha256 ") || algorithm === "SHA-256");
    answers.push({ status, reason, names: fields.map(({ name }) => name), calls: [...calls], hashes: ours });
  }
  return answers;
}

/** How many keys of each kind. */
function counted(keys: object): Record<string, number> {
  return Object.fromEntries(Object.entries(keys).map(([name, asked]) => [name, [asked].flat().length]));
}

test.each(algorithms)(
  "with %s a wrong password and a user who is unknown, a group, or has another algorithm are alike, the lock included",
  async (algorithm) => {
    const known = await workOf("knows", algorithm, "wrong");
    for (const user of ["nobod", "group", "mdold", "ALICE"]) {
      expect(await workOf(user, algorithm, "wrong")).toEqual(known);
    }
    expect(known.map((answer) => JSON.stringify(answer).includes('"status":401'))).toEqual([
      ...Array<boolean>(5).fill(true),
      false,
      false,
    ]);
  },
);

test("the right password takes the same hashes as a wrong one", async () => {
  const hashesOf = async (password: string) => {
    const phone = await challenged(createNetwork(), "alice", { password });
    hashes.length = 0;
    await phone.answer({ algorithm: "MD5" });
    return hashes.filter((hash) => hash.startsWith("md5"));
  };
  const right = await hashesOf("alice");
  expect(right.length).toBeGreaterThan(1);
  expect(await hashesOf("wrong")).toEqual(right);
});
