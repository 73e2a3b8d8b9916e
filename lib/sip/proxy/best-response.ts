// RFC 3261 §16.7 step 6: of several final responses, the one the caller can do most with.
import { type SipResponse, withFields } from "../syntax/message.ts";
import { type ClientBranch, isInvite, type ResponseContext } from "./response-context.ts";

/**
 * The branch whose response is best; if none has one, of those that could not be reached. Undefined: not even that. Who
 * cancelled is told 487, unless a 6xx says more.
 */
export function bestBranch(context: ResponseContext): (ClientBranch & { status: number }) | undefined {
  const { branches, isCancelled } = context;
  // RFC 4320 §4.2: a 408 for a non-INVITE is never sent, as its sender has given up by then.
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

/** Within 4xx these tell the caller how to change the request so that it succeeds. */
const HELPFUL = new Set([401, 407, 415, 420, 484]);

/** Lower is better: 6xx before all, then the lowest class, in it the helpful ones, and a 503 last of its class. */
function rank(status: number): number {
  if (status >= 600) return status - 600;
  const helpful = HELPFUL.has(status) ? 0 : 100;
  const band = Math.floor(status / 100) * 1000;
  return band + helpful + (status === 503 ? 200 : status % 100);
}

const CHALLENGES = new Set(["www-authenticate", "proxy-authenticate"]);

/** §16.7 step 7: a 401 or 407 carries the challenges of all that were received, so the caller can answer them at once. */
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
