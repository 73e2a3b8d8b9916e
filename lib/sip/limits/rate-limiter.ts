// Rate limits (RFC 3261 §21.5.4): token buckets per flow, AOR and source, in memory only, so that a rejected message
// costs no call to AWS, and an admitted one costs no more. The time is passed in.
import type { Rate, RatePolicy } from "../policy/rates.ts";
import type { Aor } from "../syntax/aor.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { WebSocketMessage } from "../transport/web-socket-message.ts";
import { createLruMap, type LruMap } from "./lru-map.ts";
import { sourceOf } from "./source.ts";
import { type Bucket, fullBucket, hasToken, refilled, withoutToken } from "./token-bucket.ts";

export type Scope = "flow" | "AOR" | "source";

export type RateVerdict =
  | { readonly kind: "admit" }
  /** `isFirst`: the bucket of rejections of the flow was full. Only this rejection is logged. */
  | { readonly kind: "reject"; readonly over: Scope; readonly isFirst: boolean }
  /** The flow has used up its rejections and still sends. */
  | { readonly kind: "close"; readonly over: Scope };

export interface RateLimiter {
  /** Counts a message. */
  admit(message: WebSocketMessage, now: number): RateVerdict;
  /** Counts an unreadable message. After too many of them the flow has to be closed. */
  countUnreadable(message: WebSocketMessage, now: number): "tolerated" | "too many";
  /** The user of a flow: from now on the flow is counted with the other flows of that AOR. */
  learn(flow: FlowId, identity: Aor): void;
  /** Keys remembered, of all kinds. */
  readonly size: () => number;
}

/** The buckets of a flow; a missing one is full. */
interface FlowBuckets {
  readonly requests?: Bucket;
  readonly others?: Bucket;
  readonly refusals?: Bucket;
  readonly unreadable?: Bucket;
}

export function createRateLimiter(policy: RatePolicy): RateLimiter {
  const flows = createLruMap<FlowBuckets>(policy.keys);
  const identities = createLruMap<Aor>(policy.keys);
  const aors = createLruMap<Bucket>(policy.keys);
  const sources = createLruMap<Bucket>(policy.keys);

  function countRequest(message: WebSocketMessage, known: FlowBuckets, now: number): Scope | undefined {
    const { flow, source } = message;
    const aor = identityOf(message);
    const requests = current(known.requests, policy.flowRequests, now);
    const byAor = aor === undefined ? undefined : current(aors.get(aor), policy.aorRequests, now);
    const address = source === undefined ? undefined : sourceOf(source);
    const bySource = address === undefined ? undefined : current(sources.get(address), policy.sourceRequests, now);

    // A token of every bucket or of none: a rejected message does not use up the tokens of its user or network.
    if (!hasToken(requests)) return "flow";
    if (byAor !== undefined && !hasToken(byAor)) return "AOR";
    if (bySource !== undefined && !hasToken(bySource)) return "source";
    flows.set(flow, { ...known, requests: withoutToken(requests) });
    if (aor !== undefined && byAor !== undefined) aors.set(aor, withoutToken(byAor));
    if (address !== undefined && bySource !== undefined) sources.set(address, withoutToken(bySource));
    return undefined;
  }

  function countOther({ flow }: WebSocketMessage, known: FlowBuckets, now: number): Scope | undefined {
    const others = current(known.others, policy.flowOthers, now);
    if (!hasToken(others)) return "flow";
    flows.set(flow, { ...known, others: withoutToken(others) });
    return undefined;
  }

  function reject({ flow }: WebSocketMessage, over: Scope, known: FlowBuckets, now: number): RateVerdict {
    const refusals = current(known.refusals, policy.refusals, now);
    if (!hasToken(refusals)) {
      flows.set(flow, { ...known, refusals: fullBucket(policy.refusals, now) }); // so that it is closed once, not with every message
      return { kind: "close", over };
    }
    flows.set(flow, { ...known, refusals: withoutToken(refusals) });
    return { kind: "reject", over, isFirst: refusals.tokens >= policy.refusals.burst };
  }

  function identityOf({ flow, identity }: WebSocketMessage): Aor | undefined {
    return identity ?? identities.get(flow);
  }

  return {
    admit(message, now) {
      const known = flows.get(message.flow) ?? {};
      const over = isCountedRequest(message.text) ? countRequest(message, known, now) : countOther(message, known, now);
      return over === undefined ? { kind: "admit" } : reject(message, over, known, now);
    },
    countUnreadable(message, now) {
      if (identityOf(message) !== undefined) return "tolerated";
      const known = flows.get(message.flow) ?? {};
      const unreadable = current(known.unreadable, policy.unreadable, now);
      const isLast = !hasToken(unreadable);
      const left = isLast ? fullBucket(policy.unreadable, now) : withoutToken(unreadable);
      flows.set(message.flow, { ...known, unreadable: left });
      return isLast ? "too many" : "tolerated";
    },
    learn: (flow, identity) => identities.set(flow, identity),
    size: () => [flows, identities, aors, sources].reduce((sum, map: LruMap<unknown>) => sum + map.size(), 0),
  };
}

function current(bucket: Bucket | undefined, rate: Rate, now: number): Bucket {
  return bucket === undefined ? fullBucket(rate, now) : refilled(bucket, rate, now);
}

/** Requests that end or complete a transaction or call; without them a call would hang. */
const COMPLETING = new Set(["ACK", "BYE", "CANCEL", "PRACK"]);

/** A method and a space (RFC 3261 §7.1). A response does not match, because a SIP-Version has a slash. */
const METHOD = /^[\r\n]*([-.!%*_+`'~A-Za-z0-9]+) /;

/** From the raw text: a rejected message is not parsed. */
function isCountedRequest(text: string): boolean {
  const method = METHOD.exec(text)?.[1];
  return method !== undefined && !COMPLETING.has(method);
}
