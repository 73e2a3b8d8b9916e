import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { ContentionError, UnprocessedKeysError } from "../../../../lib/errors.ts";
import { isOverload } from "../../../../lib/aws/overload.ts";
import { header } from "../../../../lib/sip/syntax/message.ts";
import { parseMessage } from "../../../../lib/sip/syntax/parse.ts";
import { createNetwork, DOMAIN } from "../../../support/phone/network.ts";
import { listen } from "../../../support/listen.ts";

// Overload is answered 503 with Retry-After (RFC 3261 §21.5.4), a fault with 500. The Lambda `default` with AWS's own
// clients, against services that refuse.

/** Responses of the services: by `x-amz-target`, status and body. */
type Refusal = (target: string) => readonly [status: number, body: object];

let refuse: Refusal = () => [400, { __type: "com.amazonaws.service#ThrottlingException" }];
let server: Server;
let handle: (event: object) => Promise<unknown>;
const logged = jest.spyOn(process.stdout, "write");

beforeAll(async () => {
  server = createServer((request, response) => {
    const [status, body] = refuse(String(request.headers["x-amz-target"]));
    request.resume().once("end", () => {
      response.writeHead(status, { "Content-Type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
    });
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: await listen(server),
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
    SIP_DOMAINS: DOMAIN,
    SIGNING_SECRET: "signing",
    SUBSCRIBERS_TABLE: "subscribers",
    REGISTRATIONS_TABLE: "registrations",
    FLOWS_TABLE: "flows",
    TRANSACTIONS_TABLE: "transactions",
    MESSAGES_TABLE: "messages",
    EVENTS_TABLE: "events",
  });
  const { handler } = await import("../../../../lambdas/default.ts");
  handle = async (event): Promise<unknown> => Reflect.apply(handler, undefined, [event, {}]);
});
beforeEach(() => void logged.mockReset());
afterAll(() => {
  logged.mockRestore();
  server.closeAllConnections();
  server.close();
});

/** Sends a REGISTER in and reads the response. */
async function register(): Promise<{ status: number; retryAfter: string | undefined }> {
  const { text } = createNetwork()
    .phone("alice")
    .write("REGISTER", `sip:${DOMAIN}`, { to: `sip:alice@${DOMAIN}` });
  const event = { requestContext: { connectionId: "flow" }, body: text, isBase64Encoded: false };
  const answer: unknown = await handle(event);
  const body = typeof answer === "object" && answer !== null && "body" in answer ? String(answer.body) : "";
  const parsed = parseMessage(body);
  if (!parsed.ok || parsed.message.kind !== "response") throw new Error(`no answer: ${body}`);
  return { status: parsed.message.status, retryAfter: header(parsed.message, "retry-after") };
}

const key = { SecretString: JSON.stringify({ current: "a".repeat(64) }) };
const error = (name: string, message = "too much") => ({ __type: `com.amazonaws.service#${name}`, message });

describe("the Lambda answers", () => {
  test("503 with Retry-After while the signing key cannot be read", async () => {
    refuse = () => [400, error("ThrottlingException")];
    expect(await register()).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^([5-9]|10)$/) });
  });

  test.each(["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"])(
    "503 where DynamoDB answers %s",
    async (name) => {
      refuse = (target) => (target.startsWith("secretsmanager") ? [200, key] : [400, error(name)]);
      expect(await register()).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^([5-9]|10)$/) });
      expect(logged).toHaveBeenCalled();
    },
  );

  test("503 where DynamoDB leaves keys unprocessed", async () => {
    const held = { flows: { Keys: [{ flow: { S: "flow" } }] } };
    refuse = (target) =>
      target.startsWith("secretsmanager") ? [200, key] : [200, { Responses: {}, UnprocessedKeys: held }];
    expect(await register()).toMatchObject({ status: 503 });
  });

  test.each(["AccessDeniedException", "ResourceNotFoundException", "InternalServerError"])(
    "500 where DynamoDB answers %s, which is a fault and not overload",
    async (name) => {
      refuse = (target) => (target.startsWith("secretsmanager") ? [200, key] : [400, error(name)]);
      expect(await register()).toEqual({ status: 500, retryAfter: "5" });
    },
  );
});

test("503 for a row that others change again and again, which is overload and not a fault", () => {
  expect(isOverload(new ContentionError("again"))).toBe(true);
  expect(isOverload(new UnprocessedKeysError("held back"))).toBe(true);
  expect(isOverload(new TypeError("a mistake of ours"))).toBe(false);
  expect(isOverload("a word")).toBe(false);
});

test("nothing to messages without a response: an ACK, a response, junk", () => {
  const { signaling, phone } = createNetwork();
  const alice = phone("alice");
  const texts = [alice.write("ACK", `sip:bob@${DOMAIN}`).text, "SIP/2.0 200 OK\r\n\r\n", "junk"];
  for (const text of texts) expect(signaling.answerFailure({ flow: "a", text }, "overloaded")).toBeUndefined();
});
