// Sessions at the endpoint of an HTTP callee (RFC 9725 §4.2) end with their calls, the callee is then free, and the end of
// one session is never that of another.
//
// Not required, because only the endpoint knows of such a session: of an answer that came after its asker had given up, was
// lost, or died with its Lambda before its Location was stored; and of an offer that reached the endpoint twice.
import { END_GIVEN_UP_SECONDS } from "../../../../lib/sip/policy/http-callees.ts";
import type { HttpSession } from "../../../../lib/sip/state/http-session.ts";
import type { FactOf } from "../core/record.ts";
import type { Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

type Asked = FactOf<"asked">;

export function noSessionIsLeft(story: Story): readonly Problem[] {
  if (!story.run.cameToRest) return [];
  const asked = story.factsOfKind("asked");
  return story.factsOfKind("session opened").flatMap((opened) => {
    const { url, session: tag, at } = opened;
    const isEnded = story
      .factsOfKind("session ended")
      .some(({ ended, order }) => ended === tag && order > opened.order);
    const told = asked.find((one) => one.request.session === tag && locationIn(one) === url);
    if (isEnded || told === undefined) return [];
    const message = whyLeft(tag, url, told, asked, story);
    return message === undefined ? [] : [{ at, callId: told.request.callId, message: `${url}: ${message}` }];
  });
}

function locationIn({ result }: Asked): string | undefined {
  return result.kind === "answered" ? result.headers["location"] : undefined;
}

/** Undefined if it is not required that the session has ended. */
function whyLeft(tag: string, url: string, told: Asked, asked: readonly Asked[], story: Story): string | undefined {
  const stored = storedOf(tag, story);
  if (!stored.some(({ session }) => session.url === url)) {
    return story.isSound(told.by) ? "its Location was told, and not stored" : undefined;
  }
  const last = story.run.rows.httpSessions.get(tag);
  if (last === undefined || isGivenUp(tag, story)) return undefined;
  if (last.state === "open") return isWanted(last, story) ? undefined : "its call is over, and it was not ended";
  if (last.state === "over" && isReplaced(last, story)) return undefined;
  const first = asked.find(({ request }) => request.session === tag && request.purpose === "end");
  const over = stored.find(({ session }) => session.state === "over");
  if (first === undefined) return `it was never ended, and is ${last.state}`;
  if (over !== undefined && over.at - first.at > END_GIVEN_UP_SECONDS * 1000 - GRACE) return undefined;
  return `its end failed, was given up too early, and is ${last.state}`;
}

/** Milliseconds: the result of the first end may have come as late. */
const GRACE = 30_000;

/** A newer call of the callee forbids to repeat the end, and the first one may have died with its Lambda. */
function isReplaced({ aor, tag, askedAt }: HttpSession, story: Story): boolean {
  return story
    .factsOfKind("stored")
    .some(
      ({ change }) =>
        change.kind === "http calls" &&
        change.calls.aor === aor &&
        change.calls.open.some((one) => one.tag !== tag && one.askedAt >= askedAt),
    );
}

function storedOf(tag: string, story: Story): readonly { readonly session: HttpSession; readonly at: number }[] {
  return story.factsOfKind("stored").flatMap(({ change, at }) => {
    const isOfSession = change.kind === "http session" || change.kind === "new http session";
    return isOfSession && change.session.tag === tag ? [{ session: change.session, at }] : [];
  });
}

function isGivenUp(tag: string, story: Story): boolean {
  return story
    .factsOfKind("dead letter")
    .some(({ timer }) => (timer.kind === "http session" && timer.session === tag) || timer.kind === "call");
}

/** Its call goes on, as far as the stored state tells. */
function isWanted({ context: id, tag }: HttpSession, { contexts }: Story): boolean {
  const context = contexts.get(id)?.versions.at(-1)?.context;
  if (context === undefined) return false;
  const { state, call } = context;
  return state === "accepted" && call?.tag === tag && call.ended === undefined;
}

/** At rest: no callee counts a call that is over, and no session waits for anything. */
export function anHttpCalleeIsFreed(story: Story): readonly Problem[] {
  const { cameToRest, rows, facts } = story.run;
  if (!cameToRest) return [];
  const at = facts.at(-1)?.at ?? 0;
  const busy = [...rows.httpCalls.values()].flatMap(({ aor, open }) =>
    open.flatMap(({ tag }) => {
      const session = rows.httpSessions.get(tag);
      const isOpen = session?.state === "open" && isWanted(session, story);
      if (isOpen || isGivenUp(tag, story) || !hasTimer(tag, story)) return [];
      return [{ at, message: `${aor} still counts the session ${tag}, which is ${session?.state ?? "unknown"}` }];
    }),
  );
  const waiting = [...rows.httpSessions.values()].flatMap(({ tag, state, callId }) => {
    const isWaiting = (state === "asked" || state === "ending") && !isGivenUp(tag, story);
    return isWaiting ? [{ at, callId, message: `a session waits in the state ${state}` }] : [];
  });
  return [...busy, ...waiting];
}

/** The Lambda that stored the count had set a timer: otherwise it died in between, and the row ends by itself. */
function hasTimer(tag: string, story: Story): boolean {
  return story.factsOfKind("queued").some(({ timer }) => timer.kind === "http session" && timer.session === tag);
}

/**
 * An endpoint may give every session the same URL: a late end would be that of the next caller. Nothing can be done about a
 * request that the endpoint carries out after its asker has given up and closed the connection. A session whose Location came to
 * no asker belongs to no call: its offer timed out, failed, or its Lambda died.
 */
export function noOtherSessionIsEnded(story: Story): readonly Problem[] {
  const asked = story.factsOfKind("asked");
  const isGivenUpBefore = ({ by, session, order }: FactOf<"session ended">) =>
    asked.some(
      (one) =>
        one.by.id === by.id &&
        one.request.session === session &&
        one.request.purpose === "end" &&
        one.result.kind === "failed" &&
        one.order < order,
    );
  const isOfCall = (tag: string) => asked.some((one) => one.request.session === tag && locationIn(one) !== undefined);
  return story.factsOfKind("session ended").flatMap((fact) => {
    if (fact.ended === fact.session) return [];
    if (isGivenUpBefore(fact) || !isOfCall(fact.ended)) return [];
    return [{ at: fact.at, message: `the end of the session ${fact.session} ended ${fact.ended}` }];
  });
}
