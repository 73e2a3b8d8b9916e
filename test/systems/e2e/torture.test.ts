import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { header, type SipMessage, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { type TortureMessage, type Verdict, wireOf } from "../../requirements/rfc4475/torture-message.ts";
import { rfc4475 } from "../../requirements/rfc4475/verdicts.ts";
import { rfc5118 } from "../../requirements/rfc5118/verdicts.ts";
import { aService, DOMAIN, type Service } from "./service.ts";

// RFC 4475 and RFC 5118 against the deployed bundles: the result of gateway, functions and stores for every message.

interface Played {
  readonly name: string;
  readonly sender: string;
  readonly verdict: Verdict;
  readonly text: string;
}

interface Outcome {
  /** Status of the final answer; "silence" without a final answer. */
  readonly answer: number | "silence";
  /** The answer to an OPTIONS on the same connection afterwards. */
  readonly afterwards: number;
}

const senders = ["a flow that authenticated", "a flow that did not"];
const LANES_PER_SENDER = 3;

const played: readonly Played[] = senders.flatMap((sender) => [
  ...rfc4475.filter(({ name }) => name !== "mpart01").map((message) => playedBy(sender, "rfc4475", message)),
  ...rfc5118.map((message) => playedBy(sender, "rfc5118", message)),
]);

function playedBy(sender: string, rfc: "rfc4475" | "rfc5118", message: TortureMessage): Played {
  const { name, verdict } = message;
  return { name, verdict, sender, text: addressedToUs(rfc, message) };
}

/** Only the domain of the head is ours now; the body, and so its length, stays what it is. */
function addressedToUs(rfc: "rfc4475" | "rfc5118", { name, domain }: TortureMessage): string {
  const text = wireOf(rfc, name).toString("utf8");
  const end = text.indexOf("\r\n\r\n");
  return text.slice(0, end).replaceAll(domain, DOMAIN) + text.slice(end);
}

let service: Service;
let bystander: SocketPhone;
let lanes: SocketPhone[] = [];
const outcomes = new Map<Played, Outcome>();
const phoneOf = new Map<Played, SocketPhone>();

beforeAll(async () => {
  service = await aService();
  bystander = await service.online("bob");
  const opened = senders.map(async (sender, index) => {
    const phones = await Promise.all(
      Array.from({ length: LANES_PER_SENDER }, () =>
        index === 0 ? service.online("alice") : service.connect("nobody"),
      ),
    );
    await Promise.all(phones.map((phone, lane) => playAll(phone, sender, lane)));
    return phones;
  });
  lanes = (await Promise.all(opened)).flat();
  await service.cloud.settled();
  for (const one of played.filter(({ verdict }) => needsNoAnswer(verdict))) {
    outcomes.set(one, { ...outcomeOf(one), answer: await late(one) });
  }
});
afterAll(closeClouds);

async function playAll(phone: SocketPhone, sender: string, lane: number): Promise<void> {
  const share = played
    .filter((one) => one.sender === sender)
    .filter((_one, index) => index % LANES_PER_SENDER === lane);
  for (const one of share) {
    phoneOf.set(one, phone);
    outcomes.set(one, await play(phone, one));
  }
}

async function play(phone: SocketPhone, { name, text, verdict }: Played): Promise<Outcome> {
  await phone.send(text);
  const answer = needsNoAnswer(verdict)
    ? "silence"
    : (await phone.inbox.take(`answer to ${name}`, isAnswerTo(text))).status;
  return { answer, afterwards: (await phone.ask("OPTIONS", `sip:${DOMAIN}`)).status };
}

function needsNoAnswer(verdict: Verdict): boolean {
  return verdict.kind === "discard" || (verdict.kind === "reject" && verdict.maySayNothing);
}

/**
 * All that arrived in the end: either it is in the inbox, or the answer to a request that was sent later is the first
 * to fit.
 */
async function late(one: Played): Promise<number | "silence"> {
  const phone = phoneOf.get(one);
  if (phone === undefined) throw new Error(`${one.name} was not played`);
  const isMine = isAnswerTo(one.text);
  const isOther = isAnswerTo((await phone.request("OPTIONS", `sip:${DOMAIN}`)).text);
  const first = await phone.inbox.take(
    "anything",
    (message): message is SipResponse => isMine(message) || isOther(message),
  );
  return isMine(first) ? first.status : "silence";
}

/** A final answer is known by the Call-ID; one to a message without any by its CSeq. */
function isAnswerTo(text: string): (message: SipMessage) => message is SipResponse {
  const callId = valueIn(text, "(?:Call-ID|i)");
  const cseq = valueIn(text, "CSeq");
  return (message): message is SipResponse =>
    message.kind === "response" &&
    message.status >= 200 &&
    (callId === undefined ? header(message, "cseq") === cseq : header(message, "call-id") === callId);
}

function valueIn(text: string, name: string): string | undefined {
  return new RegExp(`^${name}[ \t]*:[ \t]*(.*)$`, "im").exec(text)?.[1];
}

function outcomeOf(one: Played): Outcome {
  const outcome = outcomes.get(one);
  if (outcome === undefined) throw new Error(`${one.name} was not played`);
  return outcome;
}

const of = <K extends Verdict["kind"]>(kind: K) =>
  played.flatMap((one) => {
    const { verdict } = one;
    return isKind(verdict, kind) ? [{ name: one.name, sender: one.sender, verdict, one }] : [];
  });

function isKind<K extends Verdict["kind"]>(verdict: Verdict, kind: K): verdict is Extract<Verdict, { kind: K }> {
  return verdict.kind === kind;
}

describe("torture messages over a WebSocket", () => {
  test.each(of("accept"))("$name from $sender is handled", ({ one, verdict }) => {
    expect(verdict.never).not.toContain(outcomeOf(one).answer);
  });

  test.each(of("accept").filter(({ verdict }) => verdict.answer !== undefined))(
    "$name from $sender is answered $verdict.answer",
    ({ one, verdict }) => {
      expect(outcomeOf(one).answer).toBe(verdict.answer);
    },
  );

  test.each(of("either"))("$name from $sender is refused or handled, and breaks nothing", ({ one, verdict }) => {
    expect(verdict.never).not.toContain(outcomeOf(one).answer);
  });

  test.each(of("reject"))("$name from $sender is refused", ({ one, verdict }) => {
    const allowed = verdict.maySayNothing ? [...verdict.status, "silence"] : verdict.status;
    expect(allowed).toContain(outcomeOf(one).answer);
  });

  test.each(of("discard"))("$name from $sender, a response without a transaction, is dropped", ({ one }) => {
    expect(outcomeOf(one).answer).toBe("silence");
  });

  test.each(played)("after $name from $sender the connection still serves", (one) => {
    expect(outcomeOf(one).afterwards).toBe(200);
  });

  test("each was answered once at most, and nothing but answers came back", () => {
    for (const { inbox } of lanes) {
      expect(inbox.noise).toEqual([]);
      expect(inbox.titles().filter((title) => !/^\d{3} /.test(title))).toEqual([]);
    }
  });

  test("dblreq: the request behind the announced body is not acted on", () => {
    expect(JSON.stringify(service.cloud.logs)).not.toContain("dblreq.0ha0isnda977644900765@192.0.2.15");
  });

  test("no other client received anything, and no function failed", () => {
    expect(bystander.inbox.titles().filter((title) => !title.endsWith(" REGISTER"))).toEqual([]);
    expect(service.cloud.logs.filter((entry) => JSON.stringify(entry).includes("failed"))).toEqual([]);
  });
});

test.each([
  ["a flow that authenticated", () => service.online("carol")],
  ["a flow that did not", () => service.connect("nobody")],
])("mpart01 from %s is not text and so a binary frame, which the gateway closes with 1003", async (_sender, open) => {
  const phone = await open();
  phone.socket.send(wireOf("rfc4475", "mpart01"));
  const [code] = await once(phone.socket, "close");
  expect(code).toBe(1003);
  expect((await bystander.ask("OPTIONS", `sip:${DOMAIN}`)).status).toBe(200);
});
