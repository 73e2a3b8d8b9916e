// The body of the request with the offer: the SDP alone (RFC 9725 §4.2), or a form with the SDP and the fields of the policy
// (multipart/form-data, RFC 7578), as realtime services take it beside the configuration of their session.
import { hash } from "node:crypto";
import type { HttpCallee } from "../state/http-callee.ts";

export interface OfferBody {
  readonly type: string;
  readonly body: string;
}

export function offerBody(sdp: string, { form }: Pick<HttpCallee, "form">): OfferBody {
  if (form === undefined) return { type: "application/sdp", body: sdp };
  const parts = [
    { name: "sdp", type: "application/sdp", value: sdp },
    ...Object.entries(form).map(([name, value]) => ({ name, type: typeOf(value), value })),
  ];
  // §4.1: no part contains the boundary, because it depends on all of them.
  const boundary = hash("sha256", JSON.stringify(parts), "base64url");
  const written = parts.map(
    ({ name, type, value }) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${type}\r\n\r\n${value}\r\n`,
  );
  return { type: `multipart/form-data; boundary=${boundary}`, body: `${written.join("")}--${boundary}--\r\n` };
}

function typeOf(value: string): string {
  return isJson(value) ? "application/json" : "text/plain; charset=utf-8";
}

/** An object or a list: a number or a word alone is text. */
function isJson(value: string): boolean {
  try {
    return /^[[{]/.test(value) && typeof JSON.parse(value) === "object";
  } catch {
    return false;
  }
}
