// An endpoint's answer to an offer in terms of SIP: an answer with the URL of its session (RFC 9725 §4.2), or a refusal.
import type { HttpFailure, HttpRequest, HttpResult } from "../effect.ts";
import { MAX_ANSWER } from "../policy/http-callees.ts";
import type { HttpCallee } from "../state/http-callee.ts";
import { isSdp, parseSdp } from "../syntax/sdp.ts";
import { isOwnStatus, type Status } from "../uas/reason-phrase.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import { isListed } from "./listed-hosts.ts";

export type EndpointAnswer =
  | { readonly kind: "answer"; readonly sdp: string; readonly url: string; readonly takesRestarts: boolean }
  /** With `url` if the endpoint has opened a session nevertheless, which has to be ended. */
  | { readonly kind: "refused"; readonly reply: Reply; readonly url?: string };

/** @param hosts that requests may go to: a session elsewhere could not be ended */
export function readAnswer(
  result: HttpResult,
  { url: asked }: Pick<HttpRequest, "url">,
  callee: HttpCallee,
  hosts: readonly string[],
): EndpointAnswer {
  if (result.kind === "failed") return { kind: "refused", reply: failureReply(result.why) };
  const { status, headers, body } = result;
  if (status < 200 || status > 299) return { kind: "refused", reply: statusReply(status, callee) };
  const url = sessionUrl(headers["location"], result.url, hosts);
  const isAnswer = isSdp(headers["content-type"]) && body.length <= MAX_ANSWER && parseSdp(body) !== undefined;
  if (url !== undefined && isAnswer) {
    const takesRestarts = (headers["accept-patch"] ?? "").toLowerCase().includes("trickle-ice-sdpfrag");
    return { kind: "answer", sdp: body, url, takesRestarts };
  }
  const detail = isAnswer ? `no usable Location at ${new URL(asked).host}` : `${status} without an SDP answer`;
  return { kind: "refused", reply: refusal("http-bad-answer", { detail }), ...(url !== undefined && { url }) };
}

/** RFC 9725 §4.2: Location, relative to the URL that answered. */
function sessionUrl(location: string | undefined, answered: string, hosts: readonly string[]): string | undefined {
  if (location === undefined || !URL.canParse(location, answered)) return undefined;
  const { href } = new URL(location, answered);
  return isListed(href, hosts) ? href : undefined;
}

const failures = {
  timeout: "http-timeout",
  unreachable: "http-unavailable",
  "not allowed": "http-unavailable",
  "no secret": "http-unavailable",
} as const satisfies Record<HttpFailure, string>;

function failureReply(why: HttpFailure): Reply {
  return refusal(failures[why], { detail: why });
}

/** An endpoint with one session at a time says 403 or 409; a full or locked one 423 or 429. */
const BUSY_STATUSES: ReadonlySet<number> = new Set([403, 409, 423, 429]);

/** RFC 9725 §4.1 leaves the statuses to HTTP. A wrong token gets 401, which is a fault of the deployment. */
function statusReply(status: number, { statuses = {} }: HttpCallee): Reply {
  const detail = `HTTP ${status}`;
  const chosen = statuses[status];
  if (chosen !== undefined && isOwnStatus(chosen)) return withStatus(chosen, detail);
  if (status === 404 || status === 410) return refusal("http-not-found", { detail });
  if (BUSY_STATUSES.has(status)) return refusal("http-busy", { detail });
  if (status === 401 || status >= 500 || status < 400) return refusal("http-unavailable", { detail });
  return refusal("http-refused", { detail });
}

function withStatus(status: Status, detail: string): Reply {
  return { status, why: "http-refused", detail };
}
