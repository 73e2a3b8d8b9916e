// RFC 3261 §16.6 step 1: bodies get through byte for byte.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { SDP } from "../lab/dialog.ts";
import { pass } from "../lab/pass.ts";
import { valueOf, valuesOf } from "../sip/message.ts";

/** Bodies that get through byte for byte. */
function bodyPasses(id: string, what: string, body: string, type = "text/plain"): Check {
  return {
    id,
    section: "RFC 3261 §16.6 step 1",
    level: "MUST",
    title: `the body is not touched: ${what}`,
    async run(lab) {
      const { received } = await pass(lab, "MESSAGE", { body, lines: [`Content-Type: ${type}`] });
      claim(received.body === body, `${received.body.length} characters came, ${body.length} were sent, or others`);
      claimEqual(valueOf(received, "content-type"), type, "Content-Type");
      const length = valuesOf(received, "content-length");
      if (length.length > 0) claimEqual(length, [String(Buffer.byteLength(body))], "Content-Length");
    },
  };
}

const MULTIPART = [
  "--unique-boundary-1",
  "Content-Type: application/sdp",
  "",
  SDP,
  "--unique-boundary-1",
  "Content-Type: text/plain",
  "",
  "two\r\n\r\nINVITE sip:x@y SIP/2.0\r\nVia: no\r\n",
  "--unique-boundary-1--",
  "",
].join("\r\n");

export const bodyChecks: readonly Check[] = [
  bodyPasses("forward-body-sdp", "a session description", SDP, "application/sdp"),
  bodyPasses("forward-body-utf8", "UTF-8 of one to four bytes a character", "aé漢😀\r\nаβγ\u200d\ufeff"),
  bodyPasses(
    "forward-body-multipart",
    "several parts, with empty lines and another request inside",
    MULTIPART,
    "multipart/mixed;boundary=unique-boundary-1",
  ),
  bodyPasses("forward-body-blank", "nothing but line ends", "\r\n\r\n\r\n"),
  bodyPasses("forward-body-large", "20 KB", `${"large body ✓ ".repeat(1500)}end`),
  {
    id: "forward-length",
    section: "RFC 3261 §16.6 step 9, §20.14",
    level: "MUST",
    title: "a Content-Length, where there is one, counts octets and not characters",
    async run(lab) {
      const body = "üüü";
      const lines = ["Content-Type: text/plain"];
      const { received } = await pass(lab, "MESSAGE", { body, lines, hasLength: false });
      const [length] = valuesOf(received, "content-length");
      if (length === undefined) skip("the server adds no Content-Length, which RFC 7118 allows");
      claimEqual(length, "6", "Content-Length");
    },
  },
];
