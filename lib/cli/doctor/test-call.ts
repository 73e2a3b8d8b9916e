// Two phones of the doctor's own register, and one calls the other, which is an echo. Their users are made for it and removed
// after it; where connections need a token, tickets take their place.
import { randomBytes } from "node:crypto";
import { createTicket } from "../../aws/authorizer/ticket.ts";
import { tablesOn } from "../../aws/client/dynamodb.ts";
import { addSubscriber, removeSubscriber } from "../../aws/dynamodb/subscriber.ts";
import { aor } from "../../sip/syntax/aor.ts";
import { parseDate } from "../../sip/syntax/date.ts";
import { header, type SipResponse } from "../../sip/syntax/message.ts";
import type { Deployment } from "../deployment.ts";
import { fault, type Finding, nameOf, notTried, ok, type Patient } from "./finding.ts";
import { isGuarded, knock } from "./handshake.ts";
import { connectProbe, type ProbePhone } from "./probe-phone.ts";

interface Account {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

const REGISTERS = "a phone registers";
const SEE_ERRORS = "Saved query Errors; docs/runbook.md, Failures";

export async function testCall(patient: Patient): Promise<readonly Finding[]> {
  const { status } = await knock(patient, { protocols: ["sip"] });
  const isTicketed = isGuarded(status);
  if (status !== 101 && !isTicketed) return [notTried(REGISTERS, `status ${status}`)];
  const accounts = [newAccount(patient), newAccount(patient)];
  const phones: ProbePhone[] = [];
  try {
    for (const account of accounts) {
      if (!isTicketed) await addSubscriber(tablesOn(patient.db), patient.tables.subscribers, account);
      phones.push(await connect(patient, account, isTicketed));
    }
    const [caller, called] = phones;
    if (caller === undefined || called === undefined) return [];
    return await Promise.race([tryOut(caller, called), interruptionOf(patient)]);
  } catch (error) {
    patient.interrupted.throwIfAborted();
    const remedy = isTicketed
      ? "Sign in with a role that may read the signing secret: the doctor connects by tickets"
      : "Sign in with a role that may write the table of the subscribers, or leave the call out: --no-call";
    return [notTried(REGISTERS, nameOf(error), remedy)];
  } finally {
    for (const phone of phones) phone.close();
    if (!isTicketed) for (const account of accounts) await remove(patient, account);
  }
}

/** Rejects when the user interrupts the command, so that the users are removed before it ends. */
function interruptionOf({ interrupted }: Patient): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (interrupted.aborted) reject(interrupted.reason);
    interrupted.addEventListener("abort", () => reject(interrupted.reason), { once: true });
  });
}

function newAccount({ domains: [domain = ""] }: Deployment): Account {
  return { user: `doctor-${randomBytes(4).toString("hex")}`, domain, password: randomBytes(12).toString("base64url") };
}

async function remove({ db, tables }: Deployment, { user, domain }: Account): Promise<void> {
  await removeSubscriber(tablesOn(db), tables.subscribers, user, domain).catch(() => undefined); // it was not added
}

async function connect(patient: Patient, account: Account, isTicketed: boolean): Promise<ProbePhone> {
  if (!isTicketed) return connectProbe(patient, account);
  const { user, domain } = account;
  const ticket = createTicket(await patient.signingSecret(), aor(user, domain), Date.now() / 1000);
  return connectProbe(patient, { user, domain, ticket });
}

async function tryOut(caller: ProbePhone, called: ProbePhone): Promise<readonly Finding[]> {
  const sentAt = Date.now();
  const answer = await caller.register();
  const receivedAt = Date.now();
  const answers = [answer, await called.register()];
  const found = `${answers.map(statusOf).join(" and ")} in ${Date.now() - sentAt} ms`;
  if (answer === undefined || answers.some((one) => one?.status !== 200)) return [fault(REGISTERS, found, SEE_ERRORS)];
  return [
    ok(REGISTERS, `two of them: ${found}`),
    clocks(answer, sentAt / 1000, receivedAt / 1000),
    ...(await echoed(caller, called)),
  ];
}

/** Beyond it tickets are refused; beyond five minutes AWS refuses requests. */
const MOST_SECONDS_APART = 30;

/**
 * Compares the clock of this machine with that of the functions, by the Date of their answer: they wrote it at some time
 * between request and answer. @param sentAt in epoch seconds, as `receivedAt`
 */
export function clocks(answer: SipResponse, sentAt: number, receivedAt: number): Finding {
  const check = "the clocks agree";
  const date = parseDate(header(answer, "date") ?? "");
  if (date === undefined) return notTried(check, "the answer to REGISTER has no Date");
  const ahead = Math.floor(sentAt) - date; // a Date has whole seconds
  const behind = date - receivedAt;
  const apart = Math.round(Math.max(ahead, behind));
  if (apart < 2) return ok(check, "same time");
  const found = `this machine is ${apart} s ${ahead > behind ? "ahead" : "behind"}`;
  if (apart <= MOST_SECONDS_APART) return ok(check, found);
  return fault(check, found, "Set this machine's clock by NTP: tickets and signed requests depend on it");
}

async function echoed(caller: ProbePhone, called: ProbePhone): Promise<readonly Finding[]> {
  const [answered, ends] = ["a call to an echo is answered", "the call ends"];
  const startedAt = Date.now();
  const answer = await caller.call(called.aor, OFFER);
  const found = `${statusOf(answer)} in ${Date.now() - startedAt} ms`;
  if (answer?.status !== 200) return [fault(answered, found, "calls --failed, then trace CALL-ID")];
  if (answer.body !== OFFER)
    return [fault(answered, "the body came back changed", "See what is between here and the API")];
  const ended = await caller.hangUp(answer);
  return [
    ok(answered, found),
    ended?.status === 200 ? ok(ends, "200") : fault(ends, statusOf(ended), `trace ${header(answer, "call-id")}`),
  ];
}

const OFFER = "v=0\r\no=doctor 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";

function statusOf(answer: SipResponse | undefined): string {
  return answer === undefined ? "no answer" : String(answer.status);
}
