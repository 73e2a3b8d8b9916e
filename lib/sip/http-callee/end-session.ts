// The end of a session at its endpoint: DELETE of its URL (RFC 9725 §4.2), or the method and path of the policy. The end is
// stored before it is sent, each time, and a timer sends it again. It is not repeated after a newer call to the same callee:
// some endpoints give every session the same URL, and the repetition would end the newer one.
import type { HttpRequest } from "../effect.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { CLOCK_SECONDS } from "../policy/calls.ts";
import { END_AGAIN_SECONDS, END_GIVEN_UP_SECONDS } from "../policy/http-callees.ts";
import type { HttpSession } from "../state/http-session.ts";
import type { World } from "../world.ts";
import { over, readCalls, requestFor, stored } from "./session-records.ts";

/** Of a session whose end was not sent yet. One that is over already was cancelled before its answer came. */
export async function endSession(session: HttpSession, world: World): Promise<Outcome> {
  const request = endRequest(session);
  if (request === undefined) return { ...nothing("http-session-over"), changes: await over(session, world) };
  if (session.state === "over" && (await isReplaced(session, world))) {
    return { ...nothing("http-session-left"), changes: await over(session, world) };
  }
  const { answer: _answer, ...rest } = session;
  return {
    changes: [stored({ ...rest, state: "ending", endedAt: world.now })],
    timers: [{ kind: "http session", session: session.tag, delaySeconds: END_AGAIN_SECONDS }],
    effects: [request],
    reason: { code: "http-session-ends" },
  };
}

/**
 * The end of a session is stored. A timer that is early waits: the last request may still be under way, and after one more a
 * newer session could have its URL. Of two timers at the same moment one stores its request, and the other is early.
 */
export async function endAgain(session: HttpSession, world: World): Promise<Outcome> {
  const { tag, endedAt = session.askedAt, toldAt = endedAt } = session;
  const look = (delaySeconds: number) => [{ kind: "http session", session: tag, delaySeconds } as const];
  const secondsLeft = toldAt + pauseAfter(toldAt - endedAt) - world.now;
  if (secondsLeft > CLOCK_SECONDS) return { ...nothing("timer-stale"), timers: look(secondsLeft) };
  const request = endRequest(session);
  const isLeft = request === undefined || world.now - endedAt > END_GIVEN_UP_SECONDS;
  if (isLeft || (await newerCalls(session, world)).length > 0) {
    return { ...nothing("http-session-left"), changes: await over(session, world) };
  }
  return {
    changes: [stored({ ...session, toldAt: world.now })],
    timers: look(pauseAfter(world.now - endedAt)),
    effects: [request],
    reason: { code: "http-end-repeated" },
  };
}

/** Seconds until the next request, `elapsed` seconds after the first one. */
function pauseAfter(elapsed: number): number {
  return Math.max(END_AGAIN_SECONDS, elapsed);
}

/** The endpoint has given its URL to a newer call, too. */
async function isReplaced(session: HttpSession, world: Pick<World, "read" | "now">): Promise<boolean> {
  const newer = await newerCalls(session, world);
  if (newer.length === 0) return false;
  const { httpSessions } = await world.read({ httpSessions: newer });
  return httpSessions.some(({ url }) => url === session.url);
}

/** Keys of their sessions. */
async function newerCalls(
  { tag, aor, askedAt }: HttpSession,
  world: Pick<World, "read" | "now">,
): Promise<readonly string[]> {
  const { open } = await readCalls(aor, world);
  return open.filter((one) => one.tag !== tag && one.askedAt >= askedAt).map((one) => one.tag);
}

function endRequest(session: HttpSession): HttpRequest | undefined {
  const { url, callee } = session;
  if (url === undefined) return undefined;
  const { method, path } = callee.end ?? { method: "DELETE" };
  return requestFor(session, { purpose: "end", method, url: path === undefined ? url : below(url, path) });
}

function below(url: string, path: string): string {
  const ending = new URL(url);
  ending.pathname = `${ending.pathname.replace(/\/$/, "")}/${path}`;
  return ending.href;
}
