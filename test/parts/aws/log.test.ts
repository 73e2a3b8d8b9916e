import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import middy from "@middy/core";
import { MalformedTimerError } from "../../../lib/errors.ts";
import { log } from "../../../lib/aws/log.ts";
import { observed } from "../../../lib/aws/middleware.ts";
import { observe } from "../../../lib/aws/observe.ts";
import { parseTimer } from "../../../lib/aws/sqs/timers.ts";
import { parseSigningSecret } from "../../../lib/aws/secrets-manager/signing-secret.ts";
import { field } from "../../../lib/sip/syntax/header-field.ts";

// The text of an error in the log: as this project writes it, and as Lambda's runtime writes it afterwards.

const written: string[] = [];
beforeEach(() => {
  written.splice(0);
  jest.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => void jest.restoreAllMocks());

/** An error of the SDK as it is thrown, with its details. */
function anSdkError(message: string): Error {
  return new ConditionalCheckFailedException({
    message,
    $metadata: { requestId: "request-1", httpStatusCode: 400 },
    Item: { ha1: { S: "the-secret-hash" } },
  });
}

/** As Lambda's runtime writes an error: its fields, and every property that can be enumerated. */
const asRuntimeWrites = (error: unknown): string =>
  error instanceof Error
    ? JSON.stringify(Object.assign({ errorMessage: error.message, stack: error.stack }, error))
    : String(error);

async function failureOf(error: Error): Promise<unknown> {
  const handler = middy()
    .use(observed("test"))
    .handler(() => {
      throw error;
    });
  return handler({}, JSON.parse("{}")).catch((thrown: unknown) => thrown);
}

describe("an error of the SDK that was not caught", () => {
  test("is logged with name, message and stack, and without its item and the request's metadata", async () => {
    await failureOf(anSdkError("The conditional request failed"));
    const [line = ""] = written;
    expect(JSON.parse(line)).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), // without it, Lambda takes the level for INFO
      level: "ERROR",
      message: "test failed",
      error: {
        name: "ConditionalCheckFailedException",
        message: "The conditional request failed",
        stack: expect.stringContaining("ConditionalCheckFailedException: The conditional request failed"),
      },
    });
  });

  test("goes on to Lambda's runtime, which writes down whatever it has, without them too", async () => {
    expect(asRuntimeWrites(anSdkError("x"))).toContain("the-secret-hash"); // or this test means nothing
    const thrown = await failureOf(anSdkError("The conditional request failed"));
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject({
      name: "ConditionalCheckFailedException",
      message: "The conditional request failed",
    });
    expect(asRuntimeWrites(thrown)).toContain("The conditional request failed");
    expect(asRuntimeWrites(thrown)).not.toMatch(/the-secret-hash|metadata|request-1/);
  });

  test("does not repeat the session token that AWS repeats when a signature is wrong", async () => {
    const request = "POST\n/\n\nhost:dynamodb\nx-amz-security-token:IQoJb3JpZ2luX2VjEGYaCXVz/+=\n\nhost;x-amz-date";
    const thrown = await failureOf(anSdkError(`The Canonical String should have been '${request}'`));
    expect(`${written.join()}${asRuntimeWrites(thrown)}`).not.toContain("IQoJb3JpZ2lu");
    expect(written.join()).toContain("x-amz-security-token:…");
  });
});

test("the text that the alarm filters for is in every logged error, and a client cannot write it", () => {
  const sought = '"level":"ERROR"'; // lib/cdk/failure-alarms.ts
  log.error("failed");
  expect(written.join()).toContain(sought);
  written.splice(0);
  for (const said of [sought, `{${sought}}`, `"},${sought}`, `\\",${sought},"`])
    log.info(said, { origin: said, callId: said });
  expect(written).toHaveLength(4);
  expect(written.join()).not.toContain(sought);
});

test("no error repeats a token", () => {
  const token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl";
  log.error("failed", { error: new Error(`cannot read ${token}, sorry`) });
  expect(written.join()).not.toMatch(/eyJ|c2lnbmF0dXJl/);
  expect(written.join()).toContain("cannot read …, sorry");
});

describe("an error about outside text does not quote it:", () => {
  const messageOf = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      return error instanceof Error ? `${error.name} ${error.message}` : "";
    }
    return "";
  };

  test.each(["plain-secret", '{"current":5,"x":"plain-secret"}', '"plain-secret"', "plain-secret{"])(
    "the signing secret %s",
    (text) => {
      expect(messageOf(() => parseSigningSecret(text))).toMatch(/^TypeError no signing key/);
      expect(messageOf(() => parseSigningSecret(text))).not.toContain("plain");
    },
  );

  test.each(["an-INVITE", '{"context":"an-INVITE"}', '{"context":"x","epoch":1,"message":"an-INVITE"}', "null", '"x'])(
    "the timer %s",
    (body) => {
      expect(() => parseTimer(body)).toThrow(MalformedTimerError);
      const message = messageOf(() => parseTimer(body));
      expect(message).toMatch(new RegExp(`^Error timer.* is not a .*, in ${body.length} characters$`));
      expect(message).not.toContain("an-INVITE");
    },
  );

  test("the timer of a held request is read as it was written", () => {
    const timer = { aor: "sip:alice@example.com", branch: "z9hG4bK1" };
    expect(parseTimer(JSON.stringify(timer))).toEqual({ kind: "held", ...timer });
  });

  test("a header field that would have become two", () => {
    expect(messageOf(() => field("Authorization", "secret\r\nX: y"))).toBe(
      'TypeError not a header field: "Authorization" with 12 characters',
    );
  });
});

describe("LOG_SHARE=0.1", () => {
  beforeEach(() => void (process.env["LOG_SHARE"] = "0.1"));
  afterEach(() => void delete process.env["LOG_SHARE"]);

  const linesOf = (reason?: string) => {
    for (let call = 0; call < 1000; call += 1) {
      const sip = { call_id: `${call}@phone.invalid` };
      observe("INVITE sip:bob@example.com", { sip });
      observe("200 INVITE", { sip, ...(reason !== undefined && { reason }) });
    }
    return written.map((line) => JSON.parse(line).sip?.call_id);
  };

  test("writes all lines of about a tenth of the calls", () => {
    const lines = linesOf();
    const calls = new Set(lines);
    expect(lines).toHaveLength(2 * calls.size);
    expect(calls.size).toBeGreaterThan(50);
    expect(calls.size).toBeLessThan(150);
  });

  test("writes every refusal, and lines that belong to no call", () => {
    linesOf("too-many-hops");
    expect(written.filter((line) => line.includes("too-many-hops"))).toHaveLength(1000);
    observe("login deadline", { flow: "a" });
    expect(written.at(-1)).toContain("login deadline");
  });
});
