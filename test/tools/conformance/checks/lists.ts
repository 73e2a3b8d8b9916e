// The server as notifier of resource lists (RFC 4662) that a SUBSCRIBE brings (RFC 5367).
import { type Check, claim, claimEqual } from "../check.ts";
import { dialogOfCaller } from "../lab/dialog.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import { bringing, SUPPORTED } from "../lab/resource-list.ts";
import { listOf, type SipRequest, valueOf } from "../sip/message.ts";

/** Alice subscribes to a list of Bob and herself. */
async function subscribed(lab: Lab) {
  const { alice, bob } = await lab.pair();
  const request = alice.request("SUBSCRIBE", alice.aor, { to: alice.aor, ...bringing(bob.aor, alice.aor) });
  const answer = await request.finalOf(200, 202);
  const next = () => notified(alice, request.sent.callId);
  return { alice, bob, answer, dialog: dialogOfCaller(alice, request, answer), first: await next(), next };
}

async function notified(phone: Phone, callId: string): Promise<SipRequest> {
  const notify = await phone.incoming("NOTIFY", callId);
  phone.answer(notify, 200);
  return notify;
}

interface List {
  readonly version: number;
  readonly isFull: boolean;
  readonly uris: readonly string[];
  /** Of the instances. */
  readonly cids: readonly string[];
  /** Content-IDs of the parts besides the first. */
  readonly parts: readonly string[];
}

/** RFC 4662 §5, RFC 2387: claims that the body has the form, and reads it. */
function listIn(notify: SipRequest): List {
  const type = valueOf(notify, "content-type");
  claim(type.startsWith("multipart/related"), `Content-Type is ${type}`);
  const boundary = /;\s*boundary="?([^";]+)/.exec(type)?.[1] ?? "";
  const [, root = "", ...rest] = notify.body.split(`--${boundary}`).slice(0, -1);
  claim(/content-type:\s*application\/rlmi\+xml/i.test(root), "the first part is not RLMI");
  const [element = ""] = /<list\b[^>]*>/.exec(root) ?? [];
  return {
    version: Number(/\bversion="(\d+)"/.exec(element)?.[1]),
    isFull: /\bfullState="(?:true|1)"/.test(element),
    uris: [...root.matchAll(/<resource\b[^>]*\buri="([^"]*)"/g)].map(([, uri = ""]) => uri),
    cids: [...root.matchAll(/<instance\b[^>]*\bcid="([^"]*)"/g)].map(([, cid = ""]) => cid),
    parts: rest.map((part) => /content-id:\s*<([^>]*)>/i.exec(part)?.[1] ?? ""),
  };
}

const needs = ["lists"] as const;

export const listChecks: readonly Check[] = [
  {
    id: "lists-unsupported",
    section: "RFC 4662 §4.1, RFC 5367 §5",
    level: "MUST",
    title: "a SUBSCRIBE to a list that does not support eventlist is 421 with Require",
    needs,
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const { lines, body } = bringing(alice.aor);
      const parts = { to: alice.aor, body, lines: lines.filter((line) => line !== SUPPORTED) };
      const answer = await alice.request("SUBSCRIBE", alice.aor, parts).finalOf(421);
      claim(listOf(answer, "require").includes("eventlist"), "Require does not name eventlist");
    },
  },
  {
    id: "lists-required",
    section: "RFC 4662 §4.1",
    level: "MUST",
    title: "the response to a SUBSCRIBE to a list, and its NOTIFYs, require eventlist",
    needs,
    async run(lab) {
      const { answer, first } = await subscribed(lab);
      claim(listOf(answer, "require").includes("eventlist"), "the response does not require eventlist");
      claim(listOf(first, "require").includes("eventlist"), "the NOTIFY does not require eventlist");
    },
  },
  {
    id: "lists-first",
    section: "RFC 4662 §4.5, §5.2",
    level: "MUST",
    title: "the first NOTIFY of a list has version 0, all entries, and a part for each document that it names",
    needs,
    async run(lab) {
      const { alice, bob, first } = await subscribed(lab);
      const { version, isFull, uris, cids, parts } = listIn(first);
      claimEqual(version, 0, "version");
      claim(isFull, "it is not of the full state");
      claimEqual(uris.toSorted().join(), [alice.aor, bob.aor].toSorted().join(), "resources");
      claimEqual(parts.toSorted().join(), cids.toSorted().join(), "parts");
    },
  },
  {
    id: "lists-change",
    section: "RFC 4662 §4.5, §5.2",
    level: "MUST",
    title: "a change of an entry brings a NOTIFY with that entry, whose version is one more",
    needs,
    async run(lab) {
      const { bob, first, next } = await subscribed(lab);
      const tuple = '<tuple id="t1"><status><basic>closed</basic></status><note>away</note></tuple>';
      const body = `<?xml version="1.0"?>\r\n<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${bob.aor}">${tuple}</presence>`;
      const lines = ["Event: presence", "Expires: 600", "Content-Type: application/pidf+xml"];
      await bob.request("PUBLISH", bob.aor, { to: bob.aor, lines, body }).finalOf(200);
      let before = listIn(first);
      for (;;) {
        const notify = await next();
        const list = listIn(notify);
        claimEqual(list.version, before.version + 1, "version");
        before = list;
        if (list.uris.includes(bob.aor) && notify.body.includes("<note>away</note>")) return;
      }
    },
  },
  {
    id: "lists-refresh",
    section: "RFC 4662 §5.2, RFC 5367 §3.2",
    level: "MUST",
    title: "a refresh without a list keeps the list, and brings all of its entries",
    needs,
    async run(lab) {
      const { alice, bob, dialog, next } = await subscribed(lab);
      const lines = ["Event: presence", "Expires: 300", SUPPORTED];
      await dialog.request("SUBSCRIBE", { lines }).finalOf(200, 202);
      const list = listIn(await next());
      claim(list.isFull, "it is not of the full state");
      claimEqual(list.uris.toSorted().join(), [alice.aor, bob.aor].toSorted().join(), "resources");
    },
  },
];
