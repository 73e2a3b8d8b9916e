// Within the dialog of an address that is answered over HTTP (RFC 3261 §12.2, §14): hold, resume, more media and ICE restarts are
// answered by this server, because no WHIP endpoint takes a second offer.
import { describe, expect, test } from "@jest/globals";
import type { HttpResult } from "../../../lib/sip/effect.ts";
import type { HttpCallee } from "../../../lib/sip/state/http-callee.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import {
  ANSWER,
  aStudio,
  created,
  HOST,
  OFFER,
  sessionStates,
  type Studio,
  type StudioCall,
} from "../../support/phone/http-endpoint.ts";

const withDirection = (sdp: string, direction: string) => sdp.replace("a=sendrecv", `a=${direction}`);

/** @param first direction in the endpoint's answer */
async function inCall(
  first = "sendrecv",
  callee: Partial<HttpCallee> = {},
  headers = {},
): Promise<Studio & StudioCall> {
  const studio = await aStudio(callee);
  studio.endpoint.answer = ({ purpose }) =>
    purpose === "open" ? created("/session/1", headers, withDirection(ANSWER, first)) : undefined;
  return { ...studio, ...(await studio.answered()) };
}

async function offers(
  { alice, dialog }: Studio & StudioCall,
  body: string,
  method: "INVITE" | "UPDATE" = "INVITE",
  cseq?: number,
) {
  await alice.inDialog(method, dialog, {
    body,
    lines: ["Content-Type: application/sdp"],
    ...(cseq !== undefined && { cseq }),
  });
  return alice.takeFinal(method);
}

describe.each(["INVITE", "UPDATE"] as const)("a further offer by %s", (method) => {
  test.each([
    ["sendrecv", "sendonly", "recvonly"],
    ["sendrecv", "recvonly", "sendonly"],
    ["sendrecv", "inactive", "inactive"],
    ["sendrecv", "sendrecv", "sendrecv"],
    ["recvonly", "sendonly", "recvonly"],
    ["recvonly", "sendrecv", "recvonly"],
    ["recvonly", "recvonly", "inactive"],
    ["sendonly", "sendonly", "inactive"],
    ["sendonly", "recvonly", "sendonly"],
  ])(
    "the endpoint agreed to %s: %s is answered %s, and the version of o= is raised",
    async (first, offered, answered) => {
      const call = await inCall(first);
      const { status, body } = await offers(call, withDirection(OFFER, offered), method);
      expect([status, body]).toEqual([200, withDirection(ANSWER, answered).replace("o=- 7 3", "o=- 7 4")]);
      expect(call.endpoint.requests).toHaveLength(1);
    },
  );
});

describe("a further offer", () => {
  test("after hold resumes with the directions of the first answer, and a higher version each time", async () => {
    const call = await inCall();
    await offers(call, withDirection(OFFER, "sendonly"));
    const { body } = await offers(call, OFFER);
    expect(body).toBe(ANSWER.replace("o=- 7 3", "o=- 7 5"));
  });

  test("that is repeated gets the same answer", async () => {
    const call = await inCall();
    const first = await offers(call, withDirection(OFFER, "sendonly"), "INVITE", 5000);
    const again = await offers(call, withDirection(OFFER, "sendonly"), "INVITE", 5000);
    expect(again.body).toBe(first.body);
  });

  test("that was overtaken by a newer one is 500 (§12.2.2)", async () => {
    const call = await inCall();
    await offers(call, OFFER, "INVITE", 5000);
    expect((await offers(call, OFFER, "INVITE", 4999)).status).toBe(500);
  });

  test.each(["INVITE", "UPDATE"] as const)(
    "by %s with a lower CSeq than the first INVITE is 500 (§12.2.2)",
    async (method) => {
      const call = await inCall();
      const { cseq } = call.invite;
      expect((await offers(call, OFFER, method, cseq - 1)).status).toBe(500);
      expect((await offers(call, OFFER, method, cseq + 1)).status).toBe(200);
    },
  );

  test("with an added m-line gets it refused by port 0, with its own mid and outside of the bundle", async () => {
    const call = await inCall();
    const video = "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sendrecv\r\n";
    const { body } = await offers(call, OFFER.replace("BUNDLE 0", "BUNDLE 0 1") + video);
    const refused = "m=video 0 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\na=mid:1\r\n";
    expect(body).toBe(ANSWER.replace("o=- 7 3", "o=- 7 4") + refused);
  });

  test("with fewer m-lines is 488 (RFC 3264 §8), and the call goes on", async () => {
    const call = await inCall();
    const none = OFFER.slice(0, OFFER.indexOf("m="));
    expect((await offers(call, none)).status).toBe(488);
    expect((await offers(call, OFFER)).status).toBe(200);
  });

  test("of an m-line that ends gets it back with port 0", async () => {
    const call = await inCall();
    const { body } = await offers(call, OFFER.replace("m=audio 9", "m=audio 0"));
    expect(body).toContain("m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n");
  });

  test("of another type is 415", async () => {
    const call = await inCall();
    await call.alice.inDialog("INVITE", call.dialog, { body: "x", lines: ["Content-Type: text/plain"] });
    const answer = await call.alice.takeFinal("INVITE");
    expect([answer.status, header(answer, "accept")]).toEqual([415, "application/sdp"]);
  });

  test("that is missing in a re-INVITE: the answer is the offer (§14.1)", async () => {
    const call = await inCall();
    await call.alice.inDialog("INVITE", call.dialog);
    expect((await call.alice.takeFinal("INVITE")).body).toBe(ANSWER.replace("o=- 7 3", "o=- 7 4"));
  });

  test("that is missing in an UPDATE refreshes the session only", async () => {
    const call = await inCall();
    await call.alice.inDialog("UPDATE", call.dialog);
    const { status, body } = await call.alice.takeFinal("UPDATE");
    expect([status, body]).toEqual([200, ""]);
  });
});

describe("an ICE restart", () => {
  const RESTART = OFFER.replace("abcd", "wxyz").replace("0123456789", "9876543210");
  const patches = { "accept-patch": "application/trickle-ice-sdpfrag" };

  test("goes to an endpoint that takes PATCH, and its new credentials and candidates into the answer", async () => {
    const call = await inCall("sendrecv", {}, patches);
    const fragment =
      "a=ice-ufrag:new1\r\na=ice-pwd:new2\r\nm=audio 9 RTP/AVP 0\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n";
    call.endpoint.answer = ({ url }) => ({ kind: "answered", status: 200, url, headers: {}, body: fragment });
    const { body } = await offers(call, RESTART);
    const [, patch] = call.endpoint.requests;
    expect(patch).toMatchObject({ method: "PATCH", url: `https://${HOST}/session/1`, headers: { "if-match": "*" } });
    expect(patch?.body).toBe(
      "a=ice-ufrag:wxyz\r\na=ice-pwd:9876543210012345678901\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n",
    );
    expect(body).toContain("a=ice-ufrag:new1\r\na=ice-pwd:new2\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n");
    expect(body).not.toContain("efgh");
    expect((await offers(call, RESTART)).body).toContain("a=ice-ufrag:new1");
    expect(call.endpoint.requests).toHaveLength(2);
  });

  test("at an endpoint that takes no PATCH keeps the old credentials in the answer", async () => {
    const call = await inCall();
    const { status, body } = await offers(call, RESTART);
    expect([status, body]).toEqual([200, ANSWER.replace("o=- 7 3", "o=- 7 4")]);
    expect(call.endpoint.requests).toHaveLength(1);
  });

  const refusals: readonly (readonly [string, HttpResult])[] = [
    ["refuses it", { kind: "answered", status: 422, url: `https://${HOST}/session/1`, headers: {}, body: "" }],
    [
      "gives no credentials",
      { kind: "answered", status: 200, url: `https://${HOST}/session/1`, headers: {}, body: "" },
    ],
    ["does not answer", { kind: "failed", why: "timeout" }],
  ];
  test.each(refusals)(
    "at an endpoint that %s is 488 (RFC 8839 §4.4, RFC 3261 §14.2), and the session goes on",
    async (_what, result) => {
      const call = await inCall("sendrecv", {}, patches);
      call.endpoint.answer = ({ purpose }) => (purpose === "restart" ? result : undefined);
      expect((await offers(call, RESTART)).status).toBe(488);
      expect(call.endpoint.requests).toHaveLength(2);
      const { status, body } = await offers(call, OFFER);
      expect([status, body]).toEqual([200, ANSWER.replace("o=- 7 3", "o=- 7 5")]);
      expect([sessionStates(call), call.endpoint.requests.length]).toEqual([["open"], 2]);
    },
  );
});

describe("other requests in the dialog", () => {
  test.each([
    ["OPTIONS", 200],
    ["INFO", 405],
    ["MESSAGE", 405],
    ["REFER", 405],
  ])("%s is %i", async (method, status) => {
    const call = await inCall();
    await call.alice.inDialog(method, call.dialog);
    expect((await call.alice.takeFinal(method)).status).toBe(status);
  });

  test("after the end are 481", async () => {
    const call = await inCall();
    await call.alice.inDialog("BYE", call.dialog);
    expect((await offers(call, OFFER)).status).toBe(481);
  });

  test("with another tag than the session's are 481, and end nothing", async () => {
    const call = await inCall();
    await call.alice.inDialog("BYE", { ...call.dialog, remoteTag: "other" });
    expect((await call.alice.takeFinal("BYE")).status).toBe(481);
    expect(call.endpoint.requests).toHaveLength(1);
  });

  test("of another user with the Route of the call are refused", async () => {
    const call = await inCall();
    const bob = await call.network.online("bob");
    await bob.inDialog("BYE", call.dialog);
    expect((await bob.takeFinal("BYE")).status).toBe(403);
    expect(call.endpoint.requests).toHaveLength(1);
  });
});
