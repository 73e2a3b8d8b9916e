// Final responses that are kept while other branches may still bring a better one (RFC 3261 §16.7 steps 5 to 7): the best
// one so far, and every challenge.
import { KEPT_RESPONSE_SECONDS } from "../policy/timers.ts";
import { type KeptResponse, keptResponseKey } from "../state/kept-response.ts";
import { isPending, type ResponseContext } from "../state/response-context.ts";
import type { SipResponse } from "../syntax/message.ts";
import { parseMessage } from "../syntax/parse.ts";
import type { World } from "../world.ts";
import { isChallenge, rankIn } from "./best-response.ts";
import { leanText } from "./lean-response.ts";
import { type Transition, unchanged } from "./transition.ts";

/** A step of one branch. If no other one is pending it may be the last, and needs what is kept. */
export async function begin(context: ResponseContext, index: number, world: Pick<World, "read">): Promise<Transition> {
  const isLast = !context.branches.some((branch, at) => at !== index && isPending(branch));
  return isLast ? withKeptResponses(context, world) : unchanged(context);
}

/** A step after which no branch may be pending. */
export async function withKeptResponses(context: ResponseContext, world: Pick<World, "read">): Promise<Transition> {
  const indices = [...context.branches.keys()].filter((index) => context.branches[index]?.isKept === true);
  if (indices.length === 0 || context.state !== "proceeding") return unchanged(context);
  const keys = indices.map((index) => keptResponseKey({ context: context.id, index }));
  const { keptResponses } = await world.read({ keptResponses: keys });
  const responses = new Map<number, SipResponse>();
  for (const [at, index] of indices.entries()) {
    const kept = keptResponses.find(({ key }) => key === keys[at]);
    const parsed = kept && parseMessage(kept.response);
    if (parsed?.ok && parsed.message.kind === "response") responses.set(index, parsed.message);
  }
  return { ...unchanged(context), responses };
}

/** The context, and the new responses that it keeps. None once the caller has its final response. */
export function keepResponses({ context, responses }: Pick<Transition, "context" | "responses">): {
  readonly context: ResponseContext;
  readonly kept: readonly KeptResponse[];
} {
  if (context.state !== "proceeding") return { context, kept: [] };
  let branches = context.branches;
  const kept: KeptResponse[] = [];
  for (const [index, response] of responses) {
    const branch = branches[index];
    if (branch === undefined || branch.isKept === true || !isWorthKeeping(context, index, response)) continue;
    const text = leanText(response);
    if (text === undefined) continue;
    branches = branches.with(index, { ...branch, isKept: true });
    const key = keptResponseKey({ context: context.id, index });
    kept.push({ key, response: text, expiresAt: context.expiresAt + KEPT_RESPONSE_SECONDS });
  }
  return { context: kept.length === 0 ? context : { ...context, branches }, kept };
}

/** Of two responses of the same rank the first one is enough. */
function isWorthKeeping(context: ResponseContext, index: number, { status }: SipResponse): boolean {
  const rank = rankIn(context, status);
  return (
    isChallenge(status) ||
    context.branches.every((branch, at) => {
      if (at === index || branch.status === undefined) return true;
      const other = rankIn(context, branch.status);
      return other > rank || (other === rank && branch.isKept !== true);
    })
  );
}
