// Claims that many checks make.
import { claim, claimEqual } from "../check.ts";
import { branchOf, readAddress, tagIn, viasOf } from "../sip/address.ts";
import { type SipMessage, type SipRequest, type SipResponse, valueOf, valuesOf } from "../sip/message.ts";
import type { Sent } from "../sip/write.ts";
import type { Lab } from "./lab.ts";
import type { Phone } from "./phone.ts";
import type { Transaction } from "./transaction.ts";

/** Watches for a while and fails if the phone got such a request meanwhile, or has it already. */
export async function claimNotReached(lab: Lab, phone: Phone, method: string, callId: string): Promise<void> {
  await lab.quiet();
  const { length } = phone.received(method, callId);
  claim(
    length === 0,
    `${phone.name} should not get this ${method}, but got it ${length === 1 ? "once" : `${length} times`}`,
  );
}

/** The final answer is a refusal: of one of these statuses if any are named, else of any. */
export async function claimRefused(transaction: Transaction, ...statuses: readonly number[]): Promise<SipResponse> {
  return claimRefusal(await transaction.final(), statuses);
}

/** The same within the time that a sender waits: timer F (RFC 3261 §17.1.2.2). A proxy may hold the request meanwhile. */
export async function claimRefusedInTime(
  transaction: Transaction,
  ...statuses: readonly number[]
): Promise<SipResponse> {
  return claimRefusal(await transaction.final(TIMER_F_SECONDS * 1000), statuses);
}

export const TIMER_F_SECONDS = 32;

function claimRefusal(response: SipResponse, statuses: readonly number[]): SipResponse {
  const isRight = statuses.length === 0 ? response.status >= 400 : statuses.includes(response.status);
  claim(
    isRight,
    `refusal${statuses.length > 0 ? ` with ${statuses.join(" or ")}` : ""} expected, got ${response.startLine}`,
  );
  return response;
}

/** RFC 3261 §8.2.6.2: the headers that every response copies from its request. */
export function claimRepeats(response: SipResponse, sent: Sent): void {
  claimEqual(valueOf(response, "call-id"), sent.callId, "Call-ID of the response");
  claimEqual(valueOf(response, "cseq"), `${sent.cseq} ${sent.method}`, "CSeq of the response");
  claimEqual(tagIn(response, "from"), sent.fromTag, "From tag of the response");
  claimEqual(viasOf(response).length, 1, "number of Via elements in the response");
  claimEqual(branchOf(response), sent.branch, "branch of the response's Via");
}

/** Values of a header, without their order among other headers. */
export function claimSameValues(forwarded: SipMessage, sent: SipMessage, name: string): void {
  claimEqual(valuesOf(forwarded, name), valuesOf(sent, name), `${name} after forwarding`);
}

/** The same address for all purposes of a proxy: URI and tag. */
export function claimSameAddress(forwarded: SipRequest, sent: SipMessage, name: "from" | "to"): void {
  const [is, should] = [forwarded, sent].map((message) => readAddress(valueOf(message, name)));
  claimEqual(is?.uri, should?.uri, `URI of ${name} after forwarding`);
  claimEqual(is?.parameters.get("tag"), should?.parameters.get("tag"), `tag of ${name} after forwarding`);
}

/** How many different branches a phone was sent such a request on: repetitions do not count. */
export function branchesOf(requests: readonly SipRequest[]): number {
  return new Set(requests.map(branchOf)).size;
}

export const ANSWER_LINES = [
  'X-Unknown: one,  two ,"three"',
  "X-Unknown: four",
  "Server: conformance (odd; (comment))",
  "X-Empty:",
];

/** TEST-NET-2 (RFC 5737): an unassigned address. */
export const NOWHERE = "198.51.100.77";
