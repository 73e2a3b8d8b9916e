// The end of a call that is answered over HTTP (RFC 9725). It has no connection: its flow names its address, and
// `lib/sip/http-callee` takes its messages. Connection ids have no colon, so no phone is on such a flow.
import type { Aor } from "../syntax/aor.ts";
import type { Endpoint, FlowId } from "./endpoint.ts";

const PREFIX = "http:";

export function httpEnd(aor: Aor): Endpoint {
  return { flow: PREFIX + aor };
}

export function isHttpEnd({ flow }: Pick<Endpoint, "flow">): boolean {
  return flow.startsWith(PREFIX);
}

/** The address of an HTTP callee by its flow. */
export function calleeOn(flow: FlowId): Aor {
  return flow.slice(PREFIX.length);
}
