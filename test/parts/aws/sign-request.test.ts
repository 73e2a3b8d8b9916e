import { describe, expect, test } from "@jest/globals";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import * as fc from "../../support/properties.ts";
import { encodeSegment, signedHeaders } from "../../../lib/aws/client/sign-request.ts";

// Signature Version 4: the examples of AWS's own test suite, and the SDK's signer as the measure for everything else.

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const scope = { region: "us-east-1", service: "service" };
const at = Date.UTC(2015, 7, 30, 12, 36, 0);
const hostname = "example.amazonaws.com";

function signatureOf(headers: Readonly<Record<string, string>>, body = "", more: object = {}): string | undefined {
  const request = { method: "POST", path: "/", headers: { ...headers, host: hostname }, body };
  return signedHeaders(request, scope, { ...credentials, ...more }, at)["authorization"];
}

describe("AWS's test suite", () => {
  test("post-vanilla", () => {
    expect(signatureOf({})).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    );
  });

  test("post-header-key-sort", () => {
    expect(signatureOf({ "my-header1": "value1" })).toContain(
      "SignedHeaders=host;my-header1;x-amz-date, Signature=c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    );
  });

  test("post-x-www-form-urlencoded: the body is signed", () => {
    expect(signatureOf({ "content-type": "application/x-www-form-urlencoded" }, "Param1=value1")).toContain(
      "SignedHeaders=content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    );
  });
});

test("the token of a session is signed and sent", () => {
  const request = { method: "POST", path: "/", headers: { host: hostname }, body: "" };
  expect(signedHeaders(request, scope, { ...credentials, sessionToken: "token" }, at)).toEqual({
    host: hostname,
    "x-amz-date": "20150830T123600Z",
    "x-amz-security-token": "token",
    authorization: expect.stringContaining("SignedHeaders=host;x-amz-date;x-amz-security-token,"),
  });
});

test("for any path, body, key, day and region the signature is that of the SDK's signer", async () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  const segment = text.filter((name) => name !== "." && name !== "..").map(encodeSegment); // a URL resolves these two
  const input = fc.record({
    path: fc.array(segment, { maxLength: 3 }).map((segments) => `/${segments.join("/")}`),
    body: fc.string({ unit: "grapheme", maxLength: 200 }),
    secretAccessKey: fc.string({ minLength: 1, maxLength: 40 }),
    sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 80 }), { nil: undefined }),
    region: fc.constantFrom("us-east-1", "eu-central-1"),
    service: fc.constantFrom("dynamodb", "execute-api"),
    at: fc.integer({ min: 1_700_000_000, max: 2_000_000_000 }).map((seconds) => seconds * 1000),
  });
  const check = fc.asyncProperty(input, async ({ path, body, secretAccessKey, sessionToken, region, service, at }) => {
    const credentials = { accessKeyId: "AKID", secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
    const signer = new SignatureV4({ region, service, credentials, sha256: Sha256, applyChecksum: false });
    const request = { method: "POST", path, headers: { host: hostname, "content-type": "text/plain" }, body };
    const signed = await signer.sign({ ...request, protocol: "https:", hostname }, { signingDate: new Date(at) });
    expect(signedHeaders(request, { region, service }, credentials, at)["authorization"]).toBe(
      signed.headers["authorization"],
    );
  });
  await fc.assert(check, { numRuns: 200 });
});
