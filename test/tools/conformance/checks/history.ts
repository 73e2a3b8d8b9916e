// RFC 7044: the addresses that a forwarded call was for (--forwarding).
import { type Check, claim, claimEqual, skip } from "../check.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import { type Address, readAddress } from "../sip/address.ts";
import { listOf } from "../sip/message.ts";

/** The phone that calls to the forwarding user come to, and its caller. */
async function forwarding(lab: Lab) {
  const { user, to } = lab.target.forwarding ?? skip("no --forwarding was named");
  const [alice, target] = await Promise.all([lab.online("alice"), lab.online(to)]);
  return { alice, target, called: `sip:${user}@${lab.domain}` };
}

/** Alice calls; the entries of the INVITE as it comes. */
async function historyOf(alice: Phone, target: Phone, called: string, ...lines: readonly string[]) {
  const invite = alice.request("INVITE", called, { lines });
  const received = await target.incoming("INVITE", invite.sent.callId);
  target.answer(received, 486);
  await invite.final();
  return listOf(received, "history-info").map(readAddress);
}

/** Skipped where the server writes no History-Info. */
async function history(lab: Lab): Promise<{ readonly entries: readonly Address[]; readonly called: string }> {
  const { alice, target, called } = await forwarding(lab);
  const entries = await historyOf(alice, target, called);
  if (entries.length === 0) skip("a forwarded call has no History-Info (RFC 7044)");
  return { entries, called };
}

export const historyChecks: readonly Check[] = [
  {
    id: "history-called",
    section: "RFC 7044 §9.1, §5",
    level: "MUST",
    title: "the first entry of a forwarded call is the address that was called",
    users: 1,
    needs: ["forwarding"],
    async run(lab) {
      const { entries, called } = await history(lab);
      claimEqual(entries[0]?.uri, called, "URI of the first entry");
    },
  },
  {
    id: "history-index",
    section: "RFC 7044 §10.3",
    level: "MUST",
    title: "the first entry has the index 1, and each further one the index of the entry before it with .1",
    users: 1,
    needs: ["forwarding"],
    async run(lab) {
      const { entries } = await history(lab);
      const expected = entries.map((_, at) => ["1", ...Array<string>(at).fill("1")].join("."));
      const indexes = entries.map(({ parameters }) => parameters.get("index"));
      claimEqual(indexes, expected, "indexes");
    },
  },
  {
    id: "history-mapped",
    section: "RFC 7044 §5, §10.4",
    level: "MUST",
    title: "the entry of the forwarding names in mp the entry of the address that forwards",
    users: 1,
    needs: ["forwarding"],
    async run(lab) {
      const { entries } = await history(lab);
      claimEqual(entries[1]?.parameters.get("mp"), entries[0]?.parameters.get("index"), "mp of the second entry");
    },
  },
  {
    id: "history-private",
    section: "RFC 7044 §10.1",
    level: "MUST",
    title: "of a caller that asks for Privacy: history, no entry names an address",
    users: 1,
    needs: ["forwarding"],
    async run(lab) {
      const { alice, target, called } = await forwarding(lab);
      if ((await historyOf(alice, target, called)).length === 0)
        skip("a forwarded call has no History-Info (RFC 7044)");
      const entries = await historyOf(alice, target, called, "Privacy: history");
      const told = entries.filter(({ uri }) => !/[:@]anonymous\.invalid\b/.test(uri));
      claim(told.length === 0, `told: ${told.map(({ uri }) => uri).join(", ")}`);
    },
  },
];
