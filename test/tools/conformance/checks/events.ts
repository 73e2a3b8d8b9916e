// The server as notifier of presence (RFC 6665, RFC 3856), and as the agent that devices publish to (RFC 3903).
import { type Check, claim, claimEqual } from "../check.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import { EXPIRES, watch } from "../lab/subscription.ts";
import { tagIn, uriIn } from "../sip/address.ts";
import { cseqOf, hasField, listOf, type SipRequest, valueOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

/** Alice subscribes to Bob's presence, and answers the first NOTIFY. */
async function subscribed(lab: Lab, expires = EXPIRES) {
  const { alice, bob } = await lab.pair();
  return { alice, bob, ...(await watch(alice, bob.aor, "presence", expires)) };
}

function document(phone: Phone, note: string): string {
  const tuple = `<tuple id="t1"><status><basic>open</basic></status><note>${note}</note></tuple>`;
  return `<?xml version="1.0"?>\r\n<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${phone.aor}">${tuple}</presence>`;
}

function publish(phone: Phone, note: string, ...lines: readonly string[]) {
  const type = "Content-Type: application/pidf+xml";
  const parts = { lines: ["Event: presence", "Expires: 600", type, ...lines], body: document(phone, note) };
  return phone.request("PUBLISH", phone.aor, { to: phone.aor, ...parts });
}

/** Alice has answered the NOTIFY of a change with 481, and again if the server has tried once more. */
async function refused(lab: Lab) {
  const { alice, bob, callId, dialog } = await subscribed(lab);
  await lab.quiet(); // the server has the response to the first NOTIFY: the 481 does not overtake it
  await publish(bob, random()).finalOf(200);
  let notify: SipRequest | undefined = await alice.incoming("NOTIFY", callId);
  let answers = 1;
  while (notify !== undefined) {
    alice.answer(notify, 481);
    answers += 1;
    await lab.quiet();
    notify = alice.received("NOTIFY", callId)[answers];
  }
  return { alice, bob, callId, dialog };
}

/** Alice subscribes to its own registration. */
async function registration(lab: Lab) {
  const alice = await lab.online("alice");
  return { alice, ...(await watch(alice, alice.aor, "reg")) };
}

/** The contact elements of a document. */
function contactsIn({ body }: SipRequest): readonly string[] {
  return [...body.matchAll(/<contact\b[^]*?<\/contact>/g)].map(([contact]) => contact);
}

/** Bob subscribes to the watchers of its presence, and then Alice watches it. */
async function listed(lab: Lab) {
  const { alice, bob } = await lab.pair();
  const list = await watch(bob, bob.aor, "presence.winfo");
  await alice.request("SUBSCRIBE", bob.aor, { lines: ["Event: presence", `Expires: ${EXPIRES}`] }).finalOf(200, 202);
  return { alice, documents: [list.first, await list.next()] } as const;
}

const needs = ["presence"] as const;

export const eventChecks: readonly Check[] = [
  {
    id: "events-unknown-package",
    section: "RFC 6665 §4.2.1.1, §8.3.2",
    level: "MUST",
    title: "a SUBSCRIBE for a package that the server does not know is 489 with the ones that it knows in Allow-Events",
    needs,
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const answer = await alice.request("SUBSCRIBE", bob.aor, { lines: ["Event: wobble"] }).finalOf(489);
      claim(listOf(answer, "allow-events").includes("presence"), "Allow-Events does not name presence");
    },
  },
  {
    id: "events-granted",
    section: "RFC 6665 §4.2.1.1, RFC 3261 §12.1.1",
    level: "MUST",
    title: "a SUBSCRIBE is answered 2xx with a tag, a Contact, and no more seconds than it asked for",
    needs,
    async run(lab) {
      const { answer } = await subscribed(lab);
      claim(tagIn(answer, "to") !== "", "the response has no To tag");
      claim(uriIn(answer, "contact") !== "", "the response has no Contact");
      const granted = Number(valueOf(answer, "expires"));
      claim(granted > 0 && granted <= EXPIRES, `${granted} seconds were granted of ${EXPIRES}`);
    },
  },
  {
    id: "events-first-notify",
    section: "RFC 6665 §4.2.1.2, §8.2.1",
    level: "MUST",
    title: "a NOTIFY follows at once in the dialog of the SUBSCRIBE, with its Event and the state of the subscription",
    needs,
    async run(lab) {
      const { alice, answer, first } = await subscribed(lab);
      claimEqual(first.uri, alice.contact, "Request-URI");
      claimEqual(tagIn(first, "from"), tagIn(answer, "to"), "From tag");
      claimEqual(valueOf(first, "event"), "presence", "Event");
      claim(
        /^(?:active|pending)\b.*expires=\d+/.test(valueOf(first, "subscription-state")),
        "no state with its seconds",
      );
    },
  },
  {
    id: "events-fetch",
    section: "RFC 6665 §4.4.3",
    level: "MUST",
    title: "a SUBSCRIBE with Expires: 0 brings one NOTIFY, which says that the subscription is terminated",
    needs,
    async run(lab) {
      const { alice, callId, first } = await subscribed(lab, 0);
      claim(valueOf(first, "subscription-state").startsWith("terminated"), "the state is not terminated");
      await lab.quiet();
      claimEqual(alice.received("NOTIFY", callId).length, 1, "NOTIFYs");
    },
  },
  {
    id: "events-refresh",
    section: "RFC 6665 §4.2.1.2",
    level: "MUST",
    title: "a refresh within the dialog brings a NOTIFY with a higher CSeq",
    needs,
    async run(lab) {
      const { dialog, first, next } = await subscribed(lab);
      await dialog.request("SUBSCRIBE", { lines: ["Event: presence", `Expires: ${EXPIRES}`] }).finalOf(200, 202);
      const second = await next();
      claim(cseqOf(second) > cseqOf(first), "the number of the NOTIFY did not grow");
    },
  },
  {
    id: "events-unknown-dialog",
    section: "RFC 6665 §4.2.1.1",
    level: "MUST",
    title: "a SUBSCRIBE within a dialog that the server does not know is 481",
    needs,
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const parts = { toTag: random(), lines: ["Event: presence"] };
      await alice.request("SUBSCRIBE", bob.aor, parts).finalOf(481);
    },
  },
  {
    id: "events-publish",
    section: "RFC 3903 §6 step 6",
    level: "MUST",
    title: "a PUBLISH is answered 200 with an entity tag and a time to live",
    needs,
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const answer = await publish(alice, random()).finalOf(200);
      claim(hasField(answer, "sip-etag"), "the response has no SIP-ETag");
      claim(Number(valueOf(answer, "expires")) > 0, "the response has no Expires");
    },
  },
  {
    id: "events-publish-condition",
    section: "RFC 3903 §6 step 3",
    level: "MUST",
    title: "a PUBLISH with an entity tag that the server does not know is 412",
    needs,
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      await publish(alice, random(), `SIP-If-Match: ${random()}`).finalOf(412);
    },
  },
  {
    id: "events-change",
    section: "RFC 6665 §4.2.2, RFC 3856 §6.11",
    level: "MUST",
    title: "a document that a device publishes reaches the watchers of its user",
    needs,
    async run(lab) {
      const { bob, next } = await subscribed(lab);
      const note = random();
      await publish(bob, note).finalOf(200);
      const change = await next();
      claim(change.body.includes(note), "the NOTIFY has another document");
    },
  },
  {
    id: "events-refused-notify",
    section: "RFC 6665 §4.2.2",
    level: "MUST",
    title: "a watcher that has answered a NOTIFY with 481 gets no NOTIFY of a later change",
    needs,
    async run(lab) {
      const { alice, bob, callId } = await refused(lab);
      const before = alice.received("NOTIFY", callId).length;
      await publish(bob, random()).finalOf(200);
      await lab.quiet();
      claimEqual(alice.received("NOTIFY", callId).length, before, "NOTIFYs");
    },
  },
  {
    id: "events-refused-refresh",
    section: "RFC 6665 §4.2.2, §4.2.1.1",
    level: "MUST",
    title: "a watcher that has answered a NOTIFY with 481 has no subscription: its refresh is 481",
    needs,
    async run(lab) {
      const { dialog } = await refused(lab);
      await dialog.request("SUBSCRIBE", { lines: ["Event: presence", `Expires: ${EXPIRES}`] }).finalOf(481);
    },
  },
  {
    id: "events-reg-owner",
    section: "RFC 3680 §4.6",
    level: "SHOULD",
    title: "the bindings of a user are not told to another user",
    needs: ["reg"],
    async run(lab) {
      const { alice, bob } = await lab.pair();
      await alice.request("SUBSCRIBE", bob.aor, { lines: ["Event: reg", "Expires: 600"] }).finalOf(403, 603);
    },
  },
  {
    id: "events-reg-contact",
    section: "RFC 3680 §5.3",
    level: "MUST",
    title: "the document of a registration has its binding, with the URI of the contact and as an active one",
    needs: ["reg"],
    users: 1,
    async run(lab) {
      const { alice, first } = await registration(lab);
      const own = contactsIn(first).find((contact) => contact.includes(`<uri>${alice.contact}</uri>`));
      claim(own !== undefined, "the document has no contact with the URI of the device");
      claim(/\bstate="active"/.test(own), "the contact is not active");
    },
  },
  {
    id: "events-reg-refresh",
    section: "RFC 3680 §4.7.2, §5.3",
    level: "MUST",
    title: "a binding that is refreshed is reported with this event",
    needs: ["reg"],
    users: 1,
    async run(lab) {
      const { alice, next } = await registration(lab);
      await alice.register();
      const change = await next();
      claim(/\bevent="refreshed"/.test(contactsIn(change).join("")), "no contact has the event refreshed");
    },
  },
  {
    id: "events-winfo-owner",
    section: "RFC 3857 §4.6",
    level: "SHOULD",
    title: "the watchers of a user are not told to another user",
    needs: ["winfo"],
    async run(lab) {
      const { alice, bob } = await lab.pair();
      await alice.request("SUBSCRIBE", bob.aor, { lines: ["Event: presence.winfo", "Expires: 600"] }).finalOf(403, 603);
    },
  },
  {
    id: "events-winfo-list",
    section: "RFC 3857 §4.7.2, RFC 3858 §3.3",
    level: "MUST",
    title: "a new watcher is in the next document for the watched user, with the status active",
    needs: ["winfo"],
    async run(lab) {
      const { alice, documents } = await listed(lab);
      const watcher = new RegExp(`<watcher\\b[^>]*\\bstatus="active"[^>]*>\\s*${alice.aor}\\s*<`);
      claim(watcher.test(documents[1].body), "the document does not list the watcher");
    },
  },
  {
    id: "events-winfo-version",
    section: "RFC 3858 §3.1",
    level: "MUST",
    title: "the versions of the documents about watchers grow by one",
    needs: ["winfo"],
    async run(lab) {
      const { documents } = await listed(lab);
      const [first, second] = documents.map(({ body }) =>
        Number(/<watcherinfo\b[^>]*\bversion="(\d+)"/.exec(body)?.[1]),
      );
      claimEqual(second, (first ?? 0) + 1, "version");
    },
  },
];
