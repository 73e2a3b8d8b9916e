// A final answer that the platform cannot carry. Without it the caller would wait for ever: of a refusal the explanation
// is left out; a success cannot do without its body, so it is none, and the callee gives up when no ACK comes.
import { field, type SipResponse } from "../syntax/message.ts";
import { lean } from "./lean-response.ts";

const NEEDED = new Set(["via", "from", "to", "call-id", "cseq"]);

/** Undefined for a provisional answer, which nobody misses, and for what has no body to leave out. */
export function answerInstead(response: SipResponse): SipResponse | undefined {
  if (response.status < 200 || response.body === "") return undefined;
  const isRefusal = response.status >= 300;
  const fields = response.fields.filter(({ name }) => (isRefusal ? !name.startsWith("content-") : NEEDED.has(name)));
  const bare = { ...response, fields: [...fields, field("Content-Length", 0)], body: "" };
  return isRefusal ? lean(bare) : { ...bare, status: 500, reason: "Answer Too Large" };
}
