// Two devices answer one call at the same instant (RFC 3261 §16.7 step 5, §13.2.2.4).
import { describe, expect, test } from "@jest/globals";
import type { LaterAnswers } from "../../../lib/sip/policy/settings.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { aFork } from "../../support/phone/call.ts";

async function bothAnswer(laterAnswers: LaterAnswers) {
  const fork = await aFork({ laterAnswers });
  const { desk, mobile } = fork;
  const [first, second] = [await desk.takeRequest("INVITE"), await mobile.takeRequest("INVITE")];
  await desk.answer(first, 200, { tag: "desk" });
  await mobile.answer(second, 200, { tag: "mobile" });
  return { ...fork, first, second };
}

describe("The 200 of a second device", () => {
  test("is forwarded by default: the caller ends that dialog", async () => {
    const { alice, mobile } = await bothAnswer("forward");
    expect(alice.inbox.titles().filter((title) => title === "200 INVITE")).toHaveLength(2);
    expect(mobile.inbox.titles()).not.toContain("BYE");
  });

  describe('with laterAnswers: "end"', () => {
    test("is not forwarded: the caller gets one 200", async () => {
      const { alice } = await bothAnswer("end");
      const answer = await alice.takeResponse(200, "INVITE");
      expect(header(answer, "to")).toContain(";tag=desk");
      expect(alice.inbox.titles().filter((title) => title === "200 INVITE")).toHaveLength(1);
    });

    test("is acknowledged and ended in its own dialog, with the reason", async () => {
      const { mobile, second } = await bothAnswer("end");
      const [ack, bye] = [await mobile.takeRequest("ACK"), await mobile.takeRequest("BYE")];
      const number = Number.parseInt(header(second, "cseq") ?? "", 10);
      for (const request of [ack, bye]) {
        expect(request.uri).toBe(mobile.contact);
        expect(header(request, "to")).toContain(";tag=mobile");
        for (const name of ["from", "call-id"] as const) expect(header(request, name)).toBe(header(second, name));
      }
      expect([header(ack, "cseq"), header(bye, "cseq")]).toEqual([`${number} ACK`, `${number + 1} BYE`]);
      expect(header(bye, "reason")).toBe('SIP;cause=200;text="Call completed elsewhere"');
      const branches = [second, ack, bye].map((request) => header(request, "via")?.split("branch=")[1]);
      expect(new Set(branches).size).toBe(3);
    });

    test("gets the ACK before the BYE, although one of them is the reply by return to the 200", async () => {
      const { mobile } = await bothAnswer("end");
      expect(mobile.inbox.titles().slice(-2)).toEqual(["ACK", "BYE"]);
    });

    test("is acknowledged and ended again when it is repeated, and the response to the BYE goes nowhere", async () => {
      const { alice, mobile, second } = await bothAnswer("end");
      await mobile.answer(await mobile.takeRequest("BYE"), 200);
      await mobile.answer(second, 200, { tag: "mobile" });
      expect(mobile.inbox.titles().filter((title) => title === "ACK" || title === "BYE")).toHaveLength(4);
      expect(alice.inbox.titles()).not.toContain("200 BYE");
    });

    test("leaves a repeated 200 of the first device alone: it is forwarded", async () => {
      const { alice, desk, first } = await bothAnswer("end");
      await desk.answer(first, 200, { tag: "desk" });
      expect(alice.inbox.titles().filter((title) => title === "200 INVITE")).toHaveLength(2);
      expect(desk.inbox.titles()).not.toContain("BYE");
    });
  });
});
