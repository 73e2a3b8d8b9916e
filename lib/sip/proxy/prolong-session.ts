// A long call to an HTTP callee (RFC 9725 §4.2): its session, and its place among the calls of the callee, live as long as
// the row of the call. Without them a BYE gets 481, and the session goes on at the endpoint.
import { CALL_ROW_SECONDS } from "../policy/calls.ts";
import type { Change } from "../state/change.ts";
import { httpCallsKey, httpCallsOf } from "../state/http-calls.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { calleeOn, isHttpEnd } from "../transport/http-end.ts";
import type { World } from "../world.ts";

/**
 * Costs a read and two writes for each new connection of the phone.
 * @param tag of the dialog, which is the key of the session
 */
export async function prolongSession(
  tag: string,
  callee: Endpoint,
  { read, now }: Pick<World, "read" | "now">,
): Promise<readonly Change[]> {
  if (!isHttpEnd(callee)) return [];
  const aor = calleeOn(callee.flow);
  const { httpSessions, httpCalls } = await read({ httpSessions: [tag], httpCalls: [httpCallsKey(aor)] });
  const session = httpSessions.find((one) => one.tag === tag);
  if (session?.state !== "open") return [];
  const expiresAt = now + CALL_ROW_SECONDS;
  const calls = httpCallsOf(httpCalls, aor, now - CALL_ROW_SECONDS);
  const open = calls.open.map((one) => (one.tag === tag ? { ...one, seenAt: now } : one));
  return [
    { kind: "http calls", calls: { ...calls, open }, expiresAt },
    { kind: "http session", session: { ...session, expiresAt } },
  ];
}
