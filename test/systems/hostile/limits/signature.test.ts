import { describe, expect, test } from "@jest/globals";
import { signedHeaders } from "../../../../lib/aws/signature.ts";

// `$connect` signs its one call. The examples are of AWS's own Signature Version 4 test suite.

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const scope = { region: "us-east-1", service: "service" };
const at = Date.UTC(2015, 7, 30, 12, 36, 0);
const url = new URL("https://example.amazonaws.com/");

async function signatureOf(headers: Readonly<Record<string, string>>, body = "", more: object = {}): Promise<string> {
  const { authorization = "" } = await signedHeaders({ url, headers, body }, scope, { ...credentials, ...more }, at);
  return authorization;
}

describe("AWS's test suite", () => {
  test("post-vanilla", async () => {
    expect(await signatureOf({})).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    );
  });

  test("post-header-key-sort", async () => {
    expect(await signatureOf({ "my-header1": "value1" })).toContain(
      "SignedHeaders=host;my-header1;x-amz-date, Signature=c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    );
  });

  test("post-x-www-form-urlencoded: the body is signed", async () => {
    expect(await signatureOf({ "content-type": "application/x-www-form-urlencoded" }, "Param1=value1")).toContain(
      "SignedHeaders=content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    );
  });
});

test("the token of a session is signed, and goes along", async () => {
  expect(await signatureOf({}, "", { sessionToken: "token" })).toContain(
    "SignedHeaders=host;x-amz-date;x-amz-security-token,",
  );
  expect(
    await signedHeaders({ url, headers: {}, body: "" }, scope, { ...credentials, sessionToken: "token" }, at),
  ).toEqual({
    "x-amz-date": "20150830T123600Z",
    "x-amz-security-token": "token",
    authorization: expect.any(String),
  });
});
