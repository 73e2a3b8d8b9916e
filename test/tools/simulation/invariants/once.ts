// No request is delivered twice to one flow on one branch, unless its cause was received twice. A CANCEL may be
// repeated by a timer, since the server cannot know whether the first one arrived, and for a phone that still rings;
// for the phone it is a repetition of the same request. The same is true of a BYE of the server.
import type { Fact, FactOf } from "../core/record.ts";
import { titleOf } from "../core/wire.ts";
import { isProvisional } from "../story/contexts.ts";
import type { Story } from "../story/story.ts";
import { isOfStored } from "./messages.ts";
import type { Problem } from "./violation.ts";

export function noRequestIsDeliveredTwice(story: Story): readonly Problem[] {
  const deliveries = new Map<string, FactOf<"posted">[]>();
  for (const fact of story.factsOfKind("posted")) {
    if (fact.result !== "delivered" || fact.wire.status !== 0) continue;
    if (fact.wire.method === "CANCEL" && mayRepeatCancel(fact)) continue;
    if (fact.by.cause.kind === "timer" && fact.by.cause.timer.kind === "held") continue; // no response had come
    if (fact.wire.method === "BYE" && isOfCallTimer(fact)) continue;
    if (isOfStored(fact.wire)) continue; // see messages.ts
    if (fact.wire.method === "INVITE" && hasMetConflict(fact, story)) continue;
    const key = `${fact.flow} ${fact.wire.branch} ${fact.wire.method}${isReleased(fact) ? " held" : ""}`;
    deliveries.set(key, [...(deliveries.get(key) ?? []), fact]);
  }
  return [...deliveries.values()].filter(isUnexplained).map((posts) => {
    const last = posts.at(-1);
    const title = last === undefined ? "" : titleOf(last.wire);
    const by = posts.map((post) => `λ${post.by.id}`).join(" and ");
    return {
      at: last?.at ?? 0,
      callId: last?.wire.callId ?? "",
      message: `${title} went to ${last?.flow} ${posts.length} times on one branch, by ${by}`,
    };
  });
}

/** A REGISTER sends a request that was held. Its sender may send it again later, as the ACK of a repeated 2xx. */
function isReleased({ by: { cause } }: FactOf<"posted">): boolean {
  return cause.kind === "frame" && cause.wire.method === "REGISTER";
}

/**
 * After a conflict the process cannot know whether another one has sent the INVITE of the branch on that connection, so it does.
 * The phone takes the second for a retransmission (RFC 3261 §17.2.1).
 */
function hasMetConflict({ by, order }: FactOf<"posted"> & Fact, story: Story): boolean {
  return story.factsOf(by).some((fact) => fact.kind === "refused" && fact.order < order);
}

function isOfCallTimer({ by: { cause } }: FactOf<"posted">): boolean {
  return cause.kind === "timer" && cause.timer.kind === "call";
}

function mayRepeatCancel({ by: { cause }, wire }: FactOf<"posted">): boolean {
  if (cause.kind === "timer") return true;
  return cause.kind === "frame" && isProvisional(cause.wire) && cause.wire.branch === wire.branch;
}

/** Each delivery has its own message as cause, and all those messages are the same. */
function isUnexplained(posts: readonly FactOf<"posted">[]): boolean {
  if (posts.length < 2) return false;
  if (new Set(posts.map(({ by }) => by.id)).size < posts.length) return true;
  const causes = posts.map(({ by }) =>
    by.cause.kind === "frame" ? `${by.cause.wire.branch} ${titleOf(by.cause.wire)}` : `λ${by.id}`,
  );
  return new Set(causes).size > 1;
}
