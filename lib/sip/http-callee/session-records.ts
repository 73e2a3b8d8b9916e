// Reads and writes of a session (RFC 9725 §4.2), and of the calls of its callee.
import type { HttpRequest } from "../effect.ts";
import { CALL_ROW_SECONDS } from "../policy/calls.ts";
import { OVER_SECONDS } from "../policy/http-callees.ts";
import type { Change } from "../state/change.ts";
import { type HttpCalls, httpCallsKey, httpCallsOf } from "../state/http-calls.ts";
import type { HttpSession } from "../state/http-session.ts";
import { isLive } from "../state/live.ts";
import type { Aor } from "../syntax/aor.ts";
import { hashOf } from "../tokens/hash.ts";
import type { BranchName } from "../tokens/via-branch.ts";
import { httpEnd } from "../transport/http-end.ts";
import type { World } from "../world.ts";

/**
 * The To tag of the session of a branch (RFC 3261 §19.3: unique). The same each time, so that a CANCEL and a timer find it.
 * It opens nothing: requests within the dialog also need the sealed Route.
 */
export function sessionTag({ context, index }: BranchName): string {
  return hashOf([`http session ${context}.${index}`], ID_LENGTH);
}

const ID_LENGTH = 22;

export async function readSession(tag: string, world: Pick<World, "read" | "now">): Promise<HttpSession | undefined> {
  const { httpSessions } = await world.read({ httpSessions: [tag] });
  const session = httpSessions.find((one) => one.tag === tag);
  return session !== undefined && isLive(session, world.now) ? session : undefined;
}

export async function readCalls(aor: Aor, world: Pick<World, "read" | "now">): Promise<HttpCalls> {
  const { httpCalls } = await world.read({ httpCalls: [httpCallsKey(aor)] });
  return httpCallsOf(httpCalls, aor, world.now - CALL_ROW_SECONDS);
}

export function stored(session: HttpSession): Change {
  return { kind: "http session", session };
}

export function callsChange(calls: HttpCalls, { now }: Pick<World, "now">): Change {
  return { kind: "http calls", calls, expiresAt: now + CALL_ROW_SECONDS };
}

/** The session is over, and its callee has room for another call. Nothing that is stored already is written again. */
export async function over(session: HttpSession, world: Pick<World, "read" | "now">): Promise<readonly Change[]> {
  const { answer: _answer, ice: _ice, ...rest } = session;
  const next = { ...rest, state: "over", expiresAt: world.now + OVER_SECONDS } as const;
  return [...(session.state === "over" ? [] : [stored(next)]), ...(await freed(session.tag, session.aor, world))];
}

/** The callee does not count this call any more. */
export async function freed(tag: string, aor: Aor, world: Pick<World, "read" | "now">): Promise<readonly Change[]> {
  const calls = await readCalls(aor, world);
  const open = calls.open.filter((one) => one.tag !== tag);
  return open.length === calls.open.length ? [] : [callsChange({ ...calls, open }, world)];
}

/** A request about a session. */
export function requestFor(
  { tag, callId, callee, aor }: HttpSession,
  what: Pick<HttpRequest, "purpose" | "method" | "url" | "body" | "answers"> & {
    readonly headers?: HttpRequest["headers"];
  },
): HttpRequest {
  return {
    kind: "http",
    flow: httpEnd(aor).flow,
    session: tag,
    callId,
    ...what,
    headers: what.headers ?? {},
    configured: {
      origin: URL.parse(callee.url)?.origin ?? "",
      headers: callee.headers ?? {},
      ...(callee.secret !== undefined && { secret: callee.secret }),
    },
  };
}
