// RFC 3261 §16.7 step 6: the final response that is most useful to the caller.
import { CHALLENGES } from "../auth/challenge.ts";
import { type SipResponse, withFields } from "../syntax/message.ts";
import { isInvite } from "./response-context.ts";
import type { ResponseContext } from "../state/response-context.ts";

/** A branch by its index, and the status that it counts with. */
export interface Best {
  readonly index: number;
  readonly status: number;
}

/**
 * The branch with the best response, of several one whose response is at hand; if no branch has one, the best of the
 * delivery failures; undefined without either.
 */
export function bestBranch(context: ResponseContext, responses: ReadonlyMap<number, SipResponse>): Best | undefined {
  const all = context.branches.map(({ status, failure }, index) => ({ status, failure, index }));
  // RFC 4320 §4.2: a 408 for a non-INVITE is never sent; its sender has timed out already.
  const answered = all.filter(hasStatus).filter(({ status }) => status !== 408 || isInvite(context));
  const failed = all.map(({ failure, index }) => ({ status: failure, index })).filter(hasStatus);
  const missing = ({ index }: Best) => Number(!responses.has(index));
  const rank = ({ status }: Best) => rankIn(context, status);
  return (answered.length > 0 ? answered : failed).toSorted((a, b) => rank(a) - rank(b) || missing(a) - missing(b))[0];
}

function hasStatus<Branch extends { readonly status: number | undefined }>(
  branch: Branch,
): branch is Branch & { readonly status: number } {
  return branch.status !== undefined;
}

/** 4xx responses that tell the caller how to change the request so that it succeeds. */
const HELPFUL = new Set([401, 407, 415, 420, 484]);

/**
 * Lower is better: 6xx first, for a caller that cancelled then 487, then the lowest class, in it the helpful ones, and 503
 * last of its class.
 */
export function rankIn({ isCancelled }: Pick<ResponseContext, "isCancelled">, status: number): number {
  if (status >= 600) return status - 600;
  if (status === 487 && isCancelled) return 100;
  const helpful = HELPFUL.has(status) ? 0 : 100;
  const band = Math.floor(status / 100) * 1000;
  return band + helpful + (status === 503 ? 200 : status % 100);
}

/** A 401 or 407: the caller needs the challenges of all of them. */
export function isChallenge(status: number): boolean {
  return status === 401 || status === 407;
}

/** §16.7 step 7: a 401 or 407 carries the challenges of all responses, so that the caller can answer them at once. */
export function withAllChallenges(
  best: SipResponse,
  { status }: { readonly status: number },
  all: readonly SipResponse[],
): SipResponse {
  if (!isChallenge(status)) return best;
  const kept = best.fields.filter(({ name }) => !CHALLENGES.has(name));
  const challenges = all
    .filter((response) => isChallenge(response.status))
    .flatMap(({ fields }) => fields.filter(({ name }) => CHALLENGES.has(name)));
  return withFields(best, [...kept, ...challenges]);
}
