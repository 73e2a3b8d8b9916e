// RFC 3261 §16.7 step 6: the final response that is most useful to the caller.
import { CHALLENGES } from "../auth/challenge.ts";
import { type SipResponse, withFields } from "../syntax/message.ts";
import { isInvite } from "./response-context.ts";
import type { ClientBranch, ResponseContext } from "../state/response-context.ts";

/**
 * The branch with the best response; if no branch has one, the best of the delivery failures; undefined without either. A
 * caller that cancelled gets 487, unless there is a 6xx.
 */
export function bestBranch(context: ResponseContext): (ClientBranch & { status: number }) | undefined {
  const { branches, isCancelled } = context;
  // RFC 4320 §4.2: a 408 for a non-INVITE is never sent; its sender has timed out already.
  const answered = branches.filter(hasStatus).filter(({ status }) => status !== 408 || isInvite(context));
  const counted = answered.length > 0 ? answered : branches.map(withFailure).filter((branch) => branch !== undefined);
  const best = counted.toSorted((a, b) => rank(a.status) - rank(b.status))[0];
  if (!isCancelled || best === undefined || best.status >= 600) return best;
  return counted.find(({ status }) => status === 487) ?? best;
}

function withFailure(branch: ClientBranch): (ClientBranch & { status: number }) | undefined {
  return branch.failure === undefined ? undefined : { ...branch, status: branch.failure };
}

function hasStatus(branch: ClientBranch): branch is ClientBranch & { status: number } {
  return branch.status !== undefined;
}

/** 4xx responses that tell the caller how to change the request so that it succeeds. */
const HELPFUL = new Set([401, 407, 415, 420, 484]);

/** Lower is better: 6xx first, then the lowest class, in it the helpful ones, and 503 last of its class. */
function rank(status: number): number {
  if (status >= 600) return status - 600;
  const helpful = HELPFUL.has(status) ? 0 : 100;
  const band = Math.floor(status / 100) * 1000;
  return band + helpful + (status === 503 ? 200 : status % 100);
}

/** §16.7 step 7: a 401 or 407 carries the challenges of all responses, so that the caller can answer them at once. */
export function withAllChallenges(
  best: SipResponse,
  { status }: { readonly status: number },
  all: readonly (SipResponse | undefined)[],
): SipResponse {
  if (status !== 401 && status !== 407) return best;
  const kept = best.fields.filter(({ name }) => !CHALLENGES.has(name));
  const challenges = all
    .filter((response) => response?.status === 401 || response?.status === 407)
    .flatMap((response) => response?.fields.filter(({ name }) => CHALLENGES.has(name)) ?? []);
  return withFields(best, [...kept, ...challenges]);
}
