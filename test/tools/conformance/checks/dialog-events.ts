// The server as notifier of the calls of a user (RFC 4235): busy lamps.
import { type Check, claim, claimEqual } from "../check.ts";
import { establish } from "../lab/dialog.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import { type Subscription, watch } from "../lab/subscription.ts";
import { type SipRequest, valueOf } from "../sip/message.ts";

interface Watched {
  readonly alice: Phone;
  readonly bob: Phone;
  readonly calls: Subscription;
}

/** Alice watches the calls of bob, which has none. */
async function watched(lab: Lab): Promise<Watched> {
  const { alice, bob } = await lab.pair();
  return { alice, bob, calls: await watch(alice, bob.aor, "dialog") };
}

/** The states of the dialogs in a document. */
function statesIn({ body }: SipRequest): readonly string[] {
  return [...body.matchAll(/<(?:\w+:)?state\b[^>]*>\s*([^<]*?)\s*</g)].map(([, state = ""]) => state);
}

/** The next document with a dialog in that state. */
async function reported(calls: Subscription, state: string): Promise<SipRequest> {
  for (;;) {
    const notify = await calls.next();
    if (statesIn(notify).includes(state)) return notify;
  }
}

/** The element of the dialog with that Call-ID, once it is confirmed. The calls of other checks may be beside it. */
async function answeredDialog(calls: Subscription, callId: string): Promise<string> {
  for (;;) {
    const { body } = await calls.next();
    const elements = body.split(/(?=<(?:\w+:)?dialog\b)/);
    const element = elements.find((one) => one.includes(`call-id="${callId}"`) && one.includes(">confirmed<"));
    if (element !== undefined) return element;
  }
}

/** Alice calls bob, and the server reports the call while it rings. */
async function ringing(lab: Lab): Promise<Watched> {
  const { alice, bob, calls } = await watched(lab);
  const invite = alice.request("INVITE", bob.aor);
  bob.answer(await bob.incoming("INVITE", invite.sent.callId), 180);
  await reported(calls, "early");
  return { alice, bob, calls };
}

/** A call of alice to bob, reported. */
async function answered(lab: Lab) {
  const { alice, bob, calls } = await watched(lab);
  const call = await establish(alice, bob);
  await reported(calls, "confirmed");
  return { bob, calls, call };
}

/** RFC 4235 §4.4: the schema names no other, and XML distinguishes small and capital letters. */
const STATES: ReadonlySet<string> = new Set(["trying", "proceeding", "early", "confirmed", "terminated"]);

const needs = ["dialog"] as const;

export const dialogEventChecks: readonly Check[] = [
  {
    id: "events-dialog-document",
    section: "RFC 4235 §3.5, §4.1.1",
    level: "MUST",
    title: "a subscription to the calls of a user brings a dialog-info document that names the user",
    needs,
    async run(lab) {
      const { bob, calls } = await watched(lab);
      claimEqual(valueOf(calls.first, "content-type").toLowerCase(), "application/dialog-info+xml", "Content-Type");
      const root = /<(?:\w+:)?dialog-info\b[^>]*>/.exec(calls.first.body)?.[0] ?? "";
      claim(root.includes(`entity="${bob.aor}"`), "the document does not name the user as its entity");
      claim(root.includes('state="full"'), "the first document is not a full one");
    },
  },
  {
    id: "events-dialog-early",
    section: "RFC 4235 §3.7.1",
    level: "MUST",
    title: "a call that rings is reported as early",
    needs,
    async run(lab) {
      await ringing(lab);
    },
  },
  {
    id: "events-dialog-confirmed",
    section: "RFC 4235 §3.7.1",
    level: "MUST",
    title: "a call that is answered is reported as confirmed",
    needs,
    async run(lab) {
      await answered(lab);
    },
  },
  {
    id: "events-dialog-terminated",
    section: "RFC 4235 §3.7.1, §3.7.2",
    level: "MUST",
    title: "a call that has ended is reported as terminated",
    needs,
    async run(lab) {
      const { bob, calls, call } = await answered(lab);
      const bye = call.caller.request("BYE");
      bob.answer(await bob.incoming("BYE", call.invite.sent.callId), 200);
      await bye.finalOf(200);
      await reported(calls, "terminated");
    },
  },
  {
    id: "events-dialog-states",
    section: "RFC 4235 §4.1.3, §4.4",
    level: "MUST",
    title: "the states of a call are written as in the schema: trying and early in small letters",
    needs,
    async run(lab) {
      const { alice, bob, calls } = await watched(lab);
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      await lab.quiet(); // bob's phone has not rung, and a notifier may report that
      bob.answer(received, 180);
      await calls.next();
      await lab.quiet();
      const states = calls.notifies().flatMap(statesIn);
      claim(states.length > 0, "no document has the state of the call");
      const other = states.find((state) => !STATES.has(state));
      claim(other === undefined, `the schema has no state ${other}`);
    },
  },
  {
    id: "events-dialog-version",
    section: "RFC 4235 §4.1.1",
    level: "MUST",
    title: "the versions of the documents about calls begin at 0 and grow by one",
    needs,
    async run(lab) {
      const { calls } = await ringing(lab);
      await lab.quiet();
      const versions = calls
        .notifies()
        .map(({ body }) => /<(?:\w+:)?dialog-info\b[^>]*\bversion="(\d+)"/.exec(body)?.[1]);
      claimEqual(
        versions,
        versions.map((_version, place) => String(place)),
        "versions",
      );
    },
  },
  {
    id: "events-dialog-replaces",
    section: "RFC 4235 §4.1.2, RFC 3891 §3",
    level: "SHOULD",
    title:
      "a watcher takes over a call by the Call-ID and the tags in the document: its INVITE names the phone's dialog",
    users: 3,
    needs,
    async run(lab) {
      const [alice, bob, carol] = await Promise.all([lab.online("alice"), lab.online("bob"), lab.online("carol")]);
      const calls = await watch(carol, bob.aor, "dialog");
      const { caller } = await establish(alice, bob);
      const dialog = await answeredDialog(calls, caller.callId);
      const [local, remote] = ["local-tag", "remote-tag"].map((name) => dialog.split(`${name}="`)[1]?.split('"')[0]);
      claim(local !== undefined && remote !== undefined, "the document does not name the dialog");
      const invite = carol.request("INVITE", alice.aor, {
        lines: [`Replaces: ${caller.callId};to-tag=${remote};from-tag=${local}`],
      });
      const received = await alice.incoming("INVITE", invite.sent.callId);
      alice.answer(received, 486);
      await invite.finalOf(486);
      const expected = `${caller.callId};to-tag=${caller.localTag};from-tag=${caller.remoteTag}`;
      claimEqual(valueOf(received, "replaces"), expected, "Replaces");
    },
  },
];
