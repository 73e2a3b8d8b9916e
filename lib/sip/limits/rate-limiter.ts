// Who asks too much. Token buckets per flow, AOR and source, in memory and nowhere else: what is turned away costs no call
// to anybody, and an honest client pays nothing for being counted. Told the time, as everything here.
import type { Aor } from "../syntax/aor.ts";
import type { FlowId } from "../transport/endpoint.ts";
import { createForgetfulMap, type ForgetfulMap } from "./lru-map.ts";
import type { RatePolicy } from "../policy/rates.ts";
import { sourceOf } from "./source.ts";
import { type Bucket, fullBucket, hasToken, type Rate, refilled, withoutToken } from "./token-bucket.ts";

/** A frame as far as it is counted. */
export interface Counted {
  readonly flow: FlowId;
  readonly text: string;
  /** Who was let in at the door. */
  readonly identity?: Aor;
  /** IP address. */
  readonly source?: string;
}

export type Scope = "flow" | "AOR" | "source";

export type Verdict =
  | { readonly kind: "pass" }
  /** `isFirst`: its flow has not been turned away for a while; worth a line in the log. */
  | { readonly kind: "turn away"; readonly over: Scope; readonly isFirst: boolean }
  /** It was turned away again and again, and goes on. */
  | { readonly kind: "close"; readonly over: Scope };

export interface Traffic {
  /** Counts a frame. */
  judge(frame: Counted, now: number): Verdict;
  /** Counts a frame that could not be read. After too many of them the flow is to be closed. */
  judgeUnreadable(frame: Counted, now: number): "borne" | "too many";
  /** Who a flow turned out to be: from now on it is counted with the other flows of that AOR. */
  learn(flow: FlowId, identity: Aor): void;
  /** Keys remembered, of all kinds. */
  readonly size: () => number;
}

/** What is remembered of a flow; a bucket that is not there is full. */
interface FlowBuckets {
  readonly requests?: Bucket;
  readonly others?: Bucket;
  readonly refusals?: Bucket;
  readonly unreadable?: Bucket;
}

export function createTraffic(policy: RatePolicy): Traffic {
  const flows = createForgetfulMap<FlowBuckets>(policy.keys);
  const identities = createForgetfulMap<Aor>(policy.keys);
  const aors = createForgetfulMap<Bucket>(policy.keys);
  const sources = createForgetfulMap<Bucket>(policy.keys);

  function judgeRequest(frame: Counted, known: FlowBuckets, now: number): Scope | undefined {
    const { flow, source } = frame;
    const aor = identityOf(frame);
    const requests = current(known.requests, policy.flowRequests, now);
    const byAor = aor === undefined ? undefined : current(aors.get(aor), policy.aorRequests, now);
    const address = source === undefined ? undefined : sourceOf(source);
    const bySource = address === undefined ? undefined : current(sources.get(address), policy.sourceRequests, now);

    // All or none is taken: a flow that is over its own limit takes nothing away from its neighbours.
    if (!hasToken(requests)) return "flow";
    if (byAor !== undefined && !hasToken(byAor)) return "AOR";
    if (bySource !== undefined && !hasToken(bySource)) return "source";
    flows.set(flow, { ...known, requests: withoutToken(requests) });
    if (aor !== undefined && byAor !== undefined) aors.set(aor, withoutToken(byAor));
    if (address !== undefined && bySource !== undefined) sources.set(address, withoutToken(bySource));
    return undefined;
  }

  function judgeOther({ flow }: Counted, known: FlowBuckets, now: number): Scope | undefined {
    const others = current(known.others, policy.flowOthers, now);
    if (!hasToken(others)) return "flow";
    flows.set(flow, { ...known, others: withoutToken(others) });
    return undefined;
  }

  function turnAway({ flow }: Counted, over: Scope, known: FlowBuckets, now: number): Verdict {
    const refusals = current(known.refusals, policy.refusals, now);
    if (!hasToken(refusals)) {
      flows.set(flow, { ...known, refusals: fullBucket(policy.refusals, now) }); // so it is closed once, not with every frame
      return { kind: "close", over };
    }
    flows.set(flow, { ...known, refusals: withoutToken(refusals) });
    return { kind: "turn away", over, isFirst: refusals.tokens >= policy.refusals.burst };
  }

  function identityOf({ flow, identity }: Counted): Aor | undefined {
    return identity ?? identities.get(flow);
  }

  return {
    judge(frame, now) {
      const known = flows.get(frame.flow) ?? {};
      const over = isCountedRequest(frame.text) ? judgeRequest(frame, known, now) : judgeOther(frame, known, now);
      return over === undefined ? { kind: "pass" } : turnAway(frame, over, known, now);
    },
    judgeUnreadable(frame, now) {
      if (identityOf(frame) !== undefined) return "borne";
      const known = flows.get(frame.flow) ?? {};
      const unreadable = current(known.unreadable, policy.unreadable, now);
      const isLast = !hasToken(unreadable);
      const left = isLast ? fullBucket(policy.unreadable, now) : withoutToken(unreadable);
      flows.set(frame.flow, { ...known, unreadable: left });
      return isLast ? "too many" : "borne";
    },
    learn: (flow, identity) => identities.set(flow, identity),
    size: () => [flows, identities, aors, sources].reduce((sum, map: ForgetfulMap<unknown>) => sum + map.size(), 0),
  };
}

function current(bucket: Bucket | undefined, rate: Rate, now: number): Bucket {
  return bucket === undefined ? fullBucket(rate, now) : refilled(bucket, rate, now);
}

/** Requests without which a call would hang: they end something, or complete what has begun. */
const COMPLETING = new Set(["ACK", "BYE", "CANCEL", "PRACK"]);

/** A method and a space (RFC 3261 §7.1). No response looks like that, as a version has a slash. */
const METHOD = /^[\r\n]*([-.!%*_+`'~A-Za-z0-9]+) /;

/** From the bare text: what is turned away is not even parsed before. */
function isCountedRequest(text: string): boolean {
  const method = METHOD.exec(text)?.[1];
  return method !== undefined && !COMPLETING.has(method);
}
