// A call that is given up while its offer is at the endpoint (RFC 3261 §9.2): the POST cannot be called back, and opens a session
// nevertheless, which is ended (RFC 9725 §4.2).
import { describe, expect, test } from "@jest/globals";
import type { HttpResult } from "../../../lib/sip/effect.ts";
import type { HttpCallee } from "../../../lib/sip/state/http-callee.ts";
import type { Phone, SentRequest } from "../../support/phone/phone.ts";
import {
  aStudio,
  created,
  HOST,
  OFFER,
  openCalls,
  sessionStates,
  status,
  type Studio,
  STUDIO,
} from "../../support/phone/http-endpoint.ts";

interface HeldOffer {
  readonly invite: SentRequest;
  /** The endpoint answers. */
  answered(result: HttpResult): Promise<void>;
  /** The process that waits for the endpoint ends. */
  died(): Promise<void>;
}

/** Calls the address; the endpoint has the offer and does not answer yet. */
async function held({ endpoint }: Studio, phone: Phone): Promise<HeldOffer> {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<HttpResult>();
  endpoint.answer = () => (asked.resolve(), answer.promise);
  const invite = phone.write("INVITE", STUDIO, { body: OFFER, lines: ["Content-Type: application/sdp"] });
  const running = phone.send(invite.text).catch(() => undefined);
  await asked.promise;
  endpoint.answer = () => undefined;
  return {
    invite,
    answered: (result) => (answer.resolve(result), running),
    died: () => (answer.reject(new Error("the process has ended")), running),
  };
}

function cancel(phone: Phone, { branch, callId, cseq, fromTag }: SentRequest): Promise<SentRequest> {
  return phone.request("CANCEL", STUDIO, { branch, callId, cseq, fromTag });
}

/** A studio whose only place is taken by a call of alice that was given up. */
async function givenUp(how: "CANCEL" | "BYE", callee: Partial<HttpCallee> = { limit: 1 }) {
  const studio = await aStudio(callee);
  const bob = await studio.network.online("bob", { flow: "bob-1" });
  const offer = await held(studio, studio.alice);
  if (how === "CANCEL") await cancel(studio.alice, offer.invite);
  else {
    const ringing = await studio.alice.takeResponse(180, "INVITE");
    await studio.alice.inDialog("BYE", studio.alice.dialogAsCaller(offer.invite, ringing));
  }
  expect((await studio.alice.takeFinal("INVITE")).status).toBe(487);
  return { ...studio, bob, offer };
}

describe.each(["CANCEL", "BYE"] as const)("a call that %s ends while the endpoint is asked", (how) => {
  test.each([
    ["is answered", created("/late"), [`DELETE https://${HOST}/late`]],
    ["is refused", status(503), []],
  ])("counts against the limit of the callee until its offer %s", async (_what, result, ends) => {
    const studio = await givenUp(how);
    await studio.call(studio.bob);
    expect((await studio.bob.takeFinal("INVITE")).status).toBe(486);
    await studio.offer.answered(result);
    expect(studio.endpoint.titles()).toEqual([`POST https://${HOST}/whip`, ...ends]);
    expect([sessionStates(studio), openCalls(studio)]).toEqual([["over"], 0]);
    await studio.call(studio.bob);
    expect((await studio.bob.takeFinal("INVITE")).status).toBe(200);
  });

  test("is not counted 30 s after its offer, if the process that waits for the endpoint has ended", async () => {
    const studio = await givenUp(how);
    await studio.offer.died();
    expect(openCalls(studio)).toBe(1);
    await studio.network.pass(30);
    expect(openCalls(studio)).toBe(0);
  });
});

describe("the session of a call that was given up", () => {
  test("is not ended where a newer call has a session at the same URL", async () => {
    const studio = await givenUp("CANCEL", {});
    studio.endpoint.answer = ({ purpose }) => (purpose === "open" ? created("/live") : undefined);
    await studio.answered(studio.bob);
    await studio.offer.answered(created("/live"));
    await studio.network.pass(1000);
    expect(studio.endpoint.requests.filter(({ purpose }) => purpose === "end")).toEqual([]);
    expect([sessionStates(studio).toSorted(), openCalls(studio)]).toEqual([["open", "over"], 1]);
  });

  test("is ended at once where the newer call has a session at another URL", async () => {
    const studio = await givenUp("CANCEL", {});
    await studio.answered(studio.bob);
    await studio.offer.answered(created("/late"));
    expect(studio.endpoint.titles().at(-1)).toBe(`DELETE https://${HOST}/late`);
    expect(openCalls(studio)).toBe(1);
  });
});
