// ICE restart at an endpoint that offers it (RFC 9725 §4.3.3): the new ufrag and password of the caller go there by PATCH,
// and those of the endpoint come back and into the answer. An answer with the old ones would say that nothing restarts (RFC
// 8839 §4.4): where the endpoint refuses, the offer is refused, and the session goes on as it was (RFC 3261 §14.2).
import type { HttpRequest, HttpResult } from "../effect.ts";
import { nothing, type Outcome } from "../outcome.ts";
import type { HttpSession } from "../state/http-session.ts";
import type { SipRequest } from "../syntax/message.ts";
import { attribute, type MediaDescription, parseSdp, type SessionDescription, serializeSdp } from "../syntax/sdp.ts";
import { refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { furtherAnswer } from "./further-answer.ts";
import { ufragIn } from "./invite.ts";
import { requestFor, stored } from "./session-records.ts";
import { answerThroughProxy, inDialogWith, sdpType } from "./through-proxy.ts";

/** RFC 9725 §4.3.3: `If-Match: *`, because the restart applies to any state of the endpoint. */
export function restartRequest(session: HttpSession, request: SipRequest): HttpRequest {
  return requestFor(session, {
    purpose: "restart",
    method: "PATCH",
    url: session.url ?? "",
    headers: { "content-type": "application/trickle-ice-sdpfrag", "if-match": "*" },
    body: iceFragment(request.body),
    answers: request,
  });
}

/** RFC 8840 §9: ICE attributes of the first medium, which is the one of a bundle. */
function iceFragment(sdp: string): string {
  const description = parseSdp(sdp);
  const [media] = description?.media ?? [];
  if (description === undefined || media === undefined) return "";
  const named = (name: string) => attribute(name, media, description);
  const lines = [
    `a=ice-ufrag:${named("ice-ufrag")}`,
    `a=ice-pwd:${named("ice-pwd")}`,
    media.lines[0] ?? "",
    ...media.lines.filter((line) => /^a=(mid:|candidate:|end-of-candidates)/.test(line)),
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

export async function restarted(
  session: HttpSession,
  result: HttpResult,
  { answers: request }: HttpRequest,
  world: World,
): Promise<Outcome> {
  const { tag, aor, answer = "", offer } = session;
  if (request === undefined || session.state !== "open" || offer === undefined) return nothing("http-not-wanted");
  const renewed = result.kind === "answered" && result.status === 200 ? withIceOf(result.body, answer) : undefined;
  const body = renewed && furtherAnswer(renewed, request.body, offer.count);
  const ufrag = ufragIn(request.body);
  if (renewed === undefined || body === undefined || ufrag === undefined) {
    const detail = result.kind === "failed" ? result.why : `HTTP ${result.status}`;
    return answerThroughProxy(request, refusal("http-ice-refused", { detail }), tag, aor, world);
  }
  const reply = { status: 200, fields: [...inDialogWith(request, aor), sdpType], body } as const;
  const answered = await answerThroughProxy(request, reply, tag, aor, world);
  return {
    ...answered,
    changes: [stored({ ...session, answer: renewed, ice: { ufrag } }), ...answered.changes],
    reason: { code: "http-ice-restarted" },
  };
}

/** The answer with the ufrag, password and candidates of the fragment in each medium; undefined if the fragment has none. */
function withIceOf(fragment: string, answer: string): string | undefined {
  const description = parseSdp(answer);
  const lines = fragment.split(/\r\n|\n/).filter((line) => line.startsWith("a="));
  const found = (name: string) => lines.find((line) => line.startsWith(`a=${name}:`));
  const [ufrag, password] = [found("ice-ufrag"), found("ice-pwd")];
  if (description === undefined || ufrag === undefined || password === undefined) return undefined;
  const candidates = lines.filter((line) => /^a=(candidate:|end-of-candidates)/.test(line));
  const renew = (media: MediaDescription, at: number): MediaDescription => {
    const kept = media.lines.filter((line) => !ICE_LINE.test(line));
    return { lines: [...kept, ufrag, password, ...(at === 0 ? candidates : [])] };
  };
  const { session, media } = description satisfies SessionDescription;
  return serializeSdp({ session: session.filter((line) => !ICE_LINE.test(line)), media: media.map(renew) });
}

const ICE_LINE = /^a=(ice-ufrag:|ice-pwd:|candidate:|end-of-candidates)/;
