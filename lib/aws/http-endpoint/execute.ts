// Requests to the endpoints of HTTP callees: listed hosts, TLS, public addresses, redirections to listed hosts only (RFC 9725
// §4.5), all within one time. The bearer token, out of Secrets Manager, and the headers of the policy go to the origin of its
// URL alone: an endpoint must not have them sent to another host by a redirection or a Location (RFC 9110 §15.4).
import type { ConfiguredHeaders, HttpRequest, HttpResult } from "../../sip/effect.ts";
import { ANSWER_WITHIN_SECONDS } from "../../sip/policy/http-callees.ts";
import { isListed } from "../../sip/http-callee/listed-hosts.ts";
import { millisecondsLeft } from "../client/invocation.ts";
import { NOT_PUBLIC } from "./addresses.ts";
import { type Connecting, type EndpointResponse, requestOnce } from "./request.ts";

export interface EndpointOptions extends Connecting {
  /** Hosts that requests may go to. */
  readonly hosts: readonly string[];
  /** The bearer token in a secret; rejects for one that is not listed or cannot be read. */
  readonly token: (secret: string) => Promise<string>;
}

/** Redirections that are followed in a row. */
const MAX_REDIRECTIONS = 3;

/** Of the invocation, for storing and sending what comes of the answer. */
const RESERVED_MILLISECONDS = 4000;

export function createEndpoints(options: EndpointOptions): (request: HttpRequest) => Promise<HttpResult> {
  return async (request) => {
    if (!isListed(request.url, options.hosts)) return failed("not allowed");
    const milliseconds = Math.min(ANSWER_WITHIN_SECONDS * 1000, millisecondsLeft() - RESERVED_MILLISECONDS);
    const signal = AbortSignal.timeout(Math.max(1, milliseconds));
    try {
      return await follow(request, options, signal);
    } catch (error) {
      if (signal.aborted) return failed("timeout");
      return failed(codeOf(error) === NOT_PUBLIC ? "not allowed" : "unreachable");
    }
  };
}

async function follow(
  { url: first, method, headers, configured, body = "" }: HttpRequest,
  options: EndpointOptions,
  signal: AbortSignal,
): Promise<HttpResult> {
  let url = new URL(first);
  for (let redirections = 0; redirections <= MAX_REDIRECTIONS; redirections += 1) {
    const own = url.origin === configured.origin ? await withToken(configured, options) : {};
    if (own === undefined) return failed("no secret");
    const answer = await requestOnce({ url, method, headers: { ...own, ...headers }, body }, options, signal);
    const next = redirection(answer, url);
    if (next === undefined) return { kind: "answered", ...answer, url: url.href };
    if (!isListed(next, options.hosts)) return failed("not allowed");
    url = new URL(next);
  }
  return failed("unreachable");
}

/** Undefined if the secret cannot be read. */
async function withToken(
  { headers, secret }: ConfiguredHeaders,
  { token }: EndpointOptions,
): Promise<ConfiguredHeaders["headers"] | undefined> {
  if (secret === undefined) return headers;
  const bearer = await token(secret).catch(() => undefined);
  return bearer === undefined ? undefined : { ...headers, authorization: `Bearer ${bearer}` };
}

/** 307 and 308 keep the method and the offer; after another redirection the offer would not be sent again. */
function redirection({ status, headers: { location } }: EndpointResponse, url: URL): string | undefined {
  const isFollowed = (status === 307 || status === 308) && location !== undefined && URL.canParse(location, url.href);
  return isFollowed ? new URL(location, url.href).href : undefined;
}

function failed(why: Extract<HttpResult, { kind: "failed" }>["why"]): HttpResult {
  return { kind: "failed", why };
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
