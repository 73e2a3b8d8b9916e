// What else can be tried when a phone refuses (RFC 3261 §16.7 step 4): whom it names in a 3xx, if we follow those, and
// where its subscriber forwards to when busy or when nobody answers.
import { respond } from "../uas/reply.ts";
import { redirection } from "../redirect/redirect.ts";
import { headers, type SipResponse } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { splitList } from "../syntax/scan.ts";
import { serialize } from "../syntax/serialize.ts";
import type { World } from "../world.ts";
import { divert, type Target, type Targets, targetsOf, type Way } from "./determine-targets.ts";
import { withDiversions } from "./diversion.ts";
import { MAX_TARGETS } from "../policy/forking.ts";
import { redirectedTo } from "../location/called-party.ts";
import type { Received } from "./advance-branch.ts";
import { rememberedMessage } from "./remembered-message.ts";
import { answer, isInvite, isPending, requestOf, type ResponseContext } from "./response-context.ts";

export interface Alternatives {
  /** With more targets waiting, or as it was. */
  readonly context: ResponseContext;
  readonly received: Received;
}

/** For one response of a branch, before it is counted. */
export async function alternativesAfter(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  world: World,
): Promise<Alternatives> {
  const none = { context, received: { response } };
  const { status } = response;
  if (context.state !== "proceeding" || context.isCancelled || status < 300) return none;
  if (status < 400 && world.settings.followsRedirects) return followRedirect(context, response, world);

  const statuses = [status, ...context.branches.map((branch) => branch.status)];
  if (!isLast(context, index) || statuses.some((one = 0) => one >= 600)) return none;
  const { busy, noAnswer } = context.contingency ?? {};
  if (busy !== undefined && statuses.includes(BUSY)) return forwardCall(context, response, busy, "user-busy", world);
  if (noAnswer === undefined || !statuses.some((one = 0) => UNANSWERED.has(one))) return none;
  return forwardCall(context, response, noAnswer, "no-answer", world);
}

const BUSY = 486;

/** What phones say that ring for a while and give up, or whose user does not want the call. */
const UNANSWERED = new Set([408, 480]);

/** Has everybody else been asked, and has answered? */
function isLast({ branches, waiting }: ResponseContext, index: number): boolean {
  return waiting.length === 0 && branches.every((branch, at) => at === index || !isPending(branch));
}

/** For a branch whose phone is not there. */
export async function alternativesToAbsence(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  world: World,
): Promise<Alternatives> {
  const isAsked = context.branches[index]?.state === "calling"; // else it got there, whatever the failure said
  const isOver = context.state !== "proceeding" || context.isCancelled || !isLast(context, index);
  const forwarded = isOver || !isAsked ? undefined : await forwardUnanswered(context, response, "unavailable", world);
  return forwarded ?? { context, received: { response } };
}

/** For a call that nobody took: the context with those it goes to next, or the answer that says where they are. */
export async function alternativesToSilence(context: ResponseContext, world: World): Promise<Alternatives | undefined> {
  if (context.isCancelled || !isInvite(context) || !context.branches.some(isPending)) return undefined;
  return forwardUnanswered(context, answer(context, 408), "no-answer", world);
}

/** Where unanswered calls go; if that is nowhere, one of several phones may have said that it is busy. */
async function forwardUnanswered(
  context: ResponseContext,
  response: SipResponse,
  reason: "no-answer" | "unavailable",
  world: World,
): Promise<Alternatives | undefined> {
  const { busy, noAnswer } = context.contingency ?? {};
  const statuses = context.branches.map(({ status }) => status);
  if (statuses.some((one = 0) => one >= 600)) return undefined;
  if (noAnswer !== undefined) return forwardCall(context, response, noAnswer, reason, world);
  if (busy === undefined || !statuses.includes(BUSY)) return undefined;
  return forwardCall(context, response, busy, "user-busy", world);
}

/** A 3xx that is followed does not count as an answer (§16.7 step 4); if it leads nowhere, the phone is just not there. */
async function followRedirect(context: ResponseContext, response: SipResponse, world: World): Promise<Alternatives> {
  const contacts = headers(response, "contact").flatMap(splitList).map(parseNameAddr);
  const parties = redirectedTo(
    contacts.map((contact) => contact?.address ?? ""),
    world,
  );
  const way: Way = { visited: [], diversions: [], isNewCall: isInvite(context) };
  const left = Math.max(0, MAX_TARGETS - context.branches.length - context.waiting.length);
  const found = await Promise.all(parties.slice(0, left).map((party) => targetsOf(party, world, way)));
  const all = found.flatMap((one) => (one.kind === "ring" ? one.targets : []));
  const targets = unknownTo(context, all).slice(0, left);
  if (targets.length === 0) return { context, received: { response } };
  return { context: withWaiting(context, targets), received: { response, counts: answer(context, 480) } };
}

async function forwardCall(
  context: ResponseContext,
  response: SipResponse,
  to: string,
  reason: "user-busy" | "no-answer" | "unavailable",
  world: World,
): Promise<Alternatives> {
  const { contingency, ...settled } = context;
  if (contingency === undefined) return { context, received: { response } };
  const { aor, routing, visited } = contingency;
  const found = await divert(aor, { routing }, to, reason, world, { visited, diversions: [], isNewCall: true });
  return applyForwarding(settled, response, found, world);
}

function applyForwarding(
  context: ResponseContext,
  response: SipResponse,
  found: Targets,
  { now }: World,
): Alternatives {
  switch (found.kind) {
    case "refused":
      return { context, received: { response } };
    case "redirect": {
      const counts = respond(
        requestOf(context),
        redirection(found.status, found.contacts, found.diversions),
        context.toTag,
      );
      return { context, received: { response, counts } };
    }
    case "ring": {
      const targets = unknownTo(context, found.targets);
      if (targets.length === 0) return { context, received: { response } };
      const message = rememberedMessage(context);
      const diverted = message && serialize(withDiversions(message.request, found.diversions));
      const { contingency, ringSeconds } = found;
      const { answerBy: _spent, ...waiting } = withWaiting(context, targets); // whom it goes to now has a time of its own
      return {
        context: {
          ...waiting,
          ...(diverted && { message: diverted }),
          ...(contingency && { contingency }),
          ...(ringSeconds !== undefined && { answerBy: now + ringSeconds }),
        },
        received: { response },
      };
    }
  }
}

/** §16.5: a URI is in a target set once, be it reached by a 302, by a forwarding or by both. */
function unknownTo({ branches, waiting }: ResponseContext, targets: readonly Target[]): readonly Target[] {
  const known = new Set([...branches, ...waiting].map(({ uri }) => uri));
  return targets.filter(({ uri }) => !known.has(uri));
}

function withWaiting(context: ResponseContext, targets: readonly Target[]): ResponseContext {
  return { ...context, waiting: [...context.waiting, ...targets] };
}
