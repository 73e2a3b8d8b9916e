// The form of POST /v1/realtime/calls as the public reference of OpenAI and Azure has it: the offer as the body, or
// multipart/form-data with the offer in `sdp` and the configuration of the session in `session`. The services themselves were
// not reached.

export interface FormError {
  readonly error: { readonly type: "invalid_request_error"; readonly message: string };
}

export async function offerInForm(type: string, body: Buffer): Promise<string | FormError> {
  if (type === "application/sdp") return body.toString();
  if (!type.startsWith("multipart/form-data;")) return error("the body is neither SDP nor a form");
  const form = await new Response(new Uint8Array(body), { headers: { "Content-Type": type } }).formData();
  const [sdp, session] = [form.get("sdp"), form.get("session")];
  if (typeof sdp !== "string" || !sdp.startsWith("v=0")) return error("sdp is not an offer");
  if (typeof session !== "string") return error("session is missing");
  const { type: kind, model }: { type?: unknown; model?: unknown } = JSON.parse(session);
  return kind === "realtime" && typeof model === "string" ? sdp : error("session has no type realtime, or no model");
}

function error(message: string): FormError {
  return { error: { type: "invalid_request_error", message } };
}
