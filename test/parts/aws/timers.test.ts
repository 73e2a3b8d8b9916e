import { expect, test } from "@jest/globals";
import { parseTimer, setTimers } from "../../../lib/aws/sqs/timers.ts";

/** SQS bills each 64 KB as a request of its own. */
const BILLED_BYTES = 65_536;

test.each([
  ["short", "INVITE sip:bob@example.com SIP/2.0\r\nSubject: \u0001\ufffe Grüße\r\n\r\n"],
  ["of 60 KB", "INVITE sip:bob@example.com SIP/2.0\r\n\r\n".concat("a=line\r\n".repeat(7500))],
])("a request that is %s comes back with its timer, in one billed message that SQS accepts", async (_, message) => {
  const timer = { kind: "transaction", context: "id", epoch: 2, message } as const;
  const bodies: string[] = [];
  const send = (_queue: string, text: string) => Promise.resolve(void bodies.push(text));
  await setTimers(send, "queue")([{ ...timer, delaySeconds: 32 }]);
  const [body = ""] = bodies;
  expect(parseTimer(body)).toEqual(timer);
  expect(body).toMatch(/^[\x20-\x7e]*$/);
  expect(body.length).toBeLessThan(BILLED_BYTES);
});
