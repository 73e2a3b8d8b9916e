// The server as a relay that keeps a MESSAGE for a user without a phone (RFC 3428 §7).
import { type Check, claim, claimEqual, skip } from "../check.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import { callIdOf, type SipRequest, type SipResponse, valueOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

interface Text {
  readonly callId: string;
  readonly body: string;
  readonly answer: SipResponse;
}

const TYPE = "text/plain;charset=utf-8";

/** Alice writes to bob, whose phones are away. Skipped where the server says that bob is, too. */
function written(lab: Lab, alice: Phone, ...lines: readonly string[]): Promise<Text> {
  return sent(lab, alice, `Grüße, ${random()}`, `Content-Type: ${TYPE}`, ...lines);
}

async function sent(lab: Lab, alice: Phone, body: string, ...lines: readonly string[]): Promise<Text> {
  const message = alice.request("MESSAGE", lab.aorOf("bob"), { body, lines });
  const answer = await message.final();
  if (answer.status === 480 || answer.status === 404) skip("a MESSAGE to a user without a phone is not stored");
  claim(answer.status >= 200 && answer.status < 300, `a MESSAGE to a user without a phone got ${answer.startLine}`);
  return { callId: message.sent.callId, body, answer };
}

/** The MESSAGE that a phone gets, which it takes. */
async function delivered(bob: Phone, callId?: string): Promise<SipRequest> {
  const message = await bob.incoming("MESSAGE", callId);
  bob.answer(message, 200);
  return message;
}

const CPIM = "message/cpim";

/** RFC 5438: a text that asks for a notification of its delivery (§7.1.1), or such a notification (§7.2.1). */
function withDisposition(lab: Lab, id: string, kind: "text" | "notification"): string {
  const head = [
    `From: <${lab.aorOf("alice")}>`,
    `To: <${lab.aorOf("bob")}>`,
    "NS: imdn <urn:ietf:params:imdn>",
    `imdn.Message-ID: ${id}`,
    ...(kind === "text" ? ["DateTime: 2026-11-30T08:00:00Z", "imdn.Disposition-Notification: positive-delivery"] : []),
  ];
  const content =
    kind === "text"
      ? ["Content-Type: text/plain", "", "Grüße"]
      : ["Content-Type: message/imdn+xml", "Content-Disposition: notification", "", imdnOf(id)];
  return [...head, "", ...content].join("\r\n");
}

function imdnOf(id: string): string {
  const status = "<delivery-notification><status><delivered/></status></delivery-notification>";
  return `<imdn xmlns="urn:ietf:params:xml:ns:imdn"><message-id>${id}</message-id>${status}</imdn>`;
}

/** A stored MESSAGE of this kind comes to the phone as it was written. */
async function passes(lab: Lab, kind: "text" | "notification"): Promise<void> {
  const body = withDisposition(lab, random(), kind);
  const { callId } = await sent(lab, await lab.online("alice"), body, `Content-Type: ${CPIM}`);
  const message = await delivered(await lab.online("bob"), callId);
  claimEqual(message.body, body, "body");
  claimEqual(valueOf(message, "content-type"), CPIM, "Content-Type");
}

/** Alice has written, bob's phone has registered and taken the MESSAGE. */
async function taken(lab: Lab) {
  const text = await written(lab, await lab.online("alice"));
  const bob = await lab.online("bob");
  return { bob, text, message: await delivered(bob, text.callId) };
}

export const storedMessageChecks: readonly Check[] = [
  {
    id: "stored-message-accepted",
    section: "RFC 3428 §7",
    level: "SHOULD",
    title: "a MESSAGE that is stored is answered 202 and not 200, because the user has not got it",
    async run(lab) {
      const { answer } = await written(lab, await lab.online("alice"));
      claimEqual(answer.status, 202, "status");
      await delivered(await lab.online("bob"));
    },
  },
  {
    id: "stored-message-delivered",
    section: "RFC 3428 §7",
    level: "SHOULD",
    title: "a MESSAGE that was answered 2xx reaches the phone that registers next",
    async run(lab) {
      await taken(lab);
    },
  },
  {
    id: "stored-message-content",
    section: "RFC 3428 §7, RFC 3261 §16.6 step 1",
    level: "MUST",
    title: "a stored MESSAGE comes with the body and the Content-Type that its sender gave it",
    async run(lab) {
      const { text, message } = await taken(lab);
      claimEqual(message.body, text.body, "body");
      claimEqual(valueOf(message, "content-type"), TYPE, "Content-Type");
    },
  },
  {
    id: "stored-message-once",
    section: "RFC 3428 §7",
    level: "MAY",
    title: "a stored MESSAGE that a phone has answered 200 does not come to the phone that registers next",
    async run(lab) {
      const { bob, text } = await taken(lab);
      const second = await lab.online("bob");
      await lab.quiet();
      const copies = [bob, second].flatMap((phone) => phone.received("MESSAGE", text.callId));
      claimEqual(copies.length, 1, "copies");
    },
  },
  {
    id: "stored-message-order",
    section: "RFC 3428 §7",
    level: "MAY",
    title: "two stored MESSAGEs come in the order in which they were written",
    async run(lab) {
      const alice = await lab.online("alice");
      const [first, second] = [await written(lab, alice), await written(lab, alice)];
      const bob = await lab.online("bob");
      const came = [await delivered(bob), await delivered(bob)];
      claimEqual(came.map(callIdOf), [first.callId, second.callId], "Call-IDs");
    },
  },
  {
    id: "stored-message-expired",
    section: "RFC 3428 §4, §7",
    level: "MAY",
    title: "a stored MESSAGE does not come after its Expires",
    seconds: 3,
    async run(lab) {
      const alice = await lab.online("alice");
      const { callId } = await written(lab, alice, "Expires: 1");
      await lab.wait(EXPIRED_MS);
      const bob = await lab.online("bob");
      await lab.quiet();
      claimEqual(bob.received("MESSAGE", callId).length, 0, "copies");
    },
  },
  {
    id: "stored-message-after-register",
    section: "RFC 3428 §7, RFC 3261 §10.3 step 8",
    level: "MAY",
    title: "a stored MESSAGE comes after the 200 to the REGISTER, when the phone knows that it is registered",
    async run(lab) {
      const text = await written(lab, await lab.online("alice"));
      const bob = await lab.connect("bob");
      const { status } = await bob.register();
      claimEqual(status, 200, "status of the REGISTER");
      await delivered(bob, text.callId);
      const order = bob.inbox.all.map(({ method }) => method);
      claim(order.indexOf("REGISTER") < order.indexOf("MESSAGE"), "the MESSAGE came first");
    },
  },
  {
    id: "stored-message-disposition",
    section: "RFC 5438 §7.1.1, RFC 3428 §7",
    level: "MUST",
    title: "a stored MESSAGE keeps the request for a notification of its delivery",
    run: (lab) => passes(lab, "text"),
  },
  {
    id: "stored-message-imdn",
    section: "RFC 5438 §7.2.1, RFC 3428 §7",
    level: "SHOULD",
    title: "a disposition notification for a user without a phone is stored as a text is, and comes unchanged",
    run: (lab) => passes(lab, "notification"),
  },
];

/** Servers count in seconds. */
const EXPIRED_MS = 2500;
