// The changes of a decision are stored one step after the other, and others may come between them (RFC 9725 §4.2 over RFC
// 3261 §13.3): the call is counted first, its session stored last. Seeds of the simulation that found these: 158, 305, 528,
// 554.
import { expect, test } from "@jest/globals";
import { AnsweredError } from "../../../lib/errors.ts";
import type { Ports } from "../../../lib/signaling/ports.ts";
import type { Change } from "../../../lib/sip/state/change.ts";
import { aStudio, OFFER, openCalls, type Studio, STUDIO } from "../../support/phone/http-endpoint.ts";

const lines = ["Content-Type: application/sdp"];

/** The first decision that asks the endpoint stores the count of calls; then `instead` happens. */
function afterTheCount(instead: () => Promise<"conflict">): (ports: Ports) => Partial<Ports> {
  let isFirst = true;
  return ({ commit }) => ({
    async commit(changes: readonly Change[]) {
      if (!isFirst || !changes.some(({ kind }) => kind === "new http session")) return commit(changes);
      isFirst = false;
      await commit(changes.filter(({ kind }) => kind === "http calls"));
      return instead();
    },
  });
}

test("a call that was counted, and decided on again after a conflict, is not over the limit itself", async () => {
  const studio = await aStudio(
    { limit: 1 },
    {},
    afterTheCount(() => Promise.resolve("conflict")),
  );
  await studio.call();
  expect(studio.alice.inbox.titles().at(-1)).toBe("200 INVITE");
  expect([studio.endpoint.requests.length, openCalls(studio)]).toEqual([1, 1]);
});

test("a call that is cancelled between its count and its session gets 487 at once, and is not counted any more", async () => {
  const invite: { write?: ReturnType<Studio["alice"]["write"]> } = {};
  const cancel = async (): Promise<"conflict"> => {
    const { branch = "", callId = "", cseq = 0, fromTag = "" } = invite.write ?? {};
    await studio.alice.request("CANCEL", STUDIO, { branch, callId, cseq, fromTag });
    return "conflict";
  };
  const studio = await aStudio({}, {}, afterTheCount(cancel));
  invite.write = studio.alice.write("INVITE", STUDIO, { body: OFFER, lines });
  await studio.alice.send(invite.write.text);
  expect(studio.alice.inbox.titles().slice(-2)).toEqual(["200 CANCEL", "487 INVITE"]);
  expect([studio.endpoint.requests, openCalls(studio)]).toEqual([[], 0]);
});

test("a call that is cancelled before its process fails gets 487 alone, and no 500 after it (RFC 3261 §17.2.1)", async () => {
  const invite: { write?: ReturnType<Studio["alice"]["write"]> } = {};
  const cancelThenFail = async (): Promise<never> => {
    const { branch = "", callId = "", cseq = 0, fromTag = "" } = invite.write ?? {};
    await studio.alice.request("CANCEL", STUDIO, { branch, callId, cseq, fromTag });
    throw new Error("throttled");
  };
  const studio = await aStudio({}, {}, afterTheCount(cancelThenFail));
  invite.write = studio.alice.write("INVITE", STUDIO, { body: OFFER, lines });
  await expect(studio.alice.send(invite.write.text)).rejects.toThrow(AnsweredError); // no 500
  await studio.network.pass(60);
  expect((await studio.alice.takeFinal("INVITE")).status).toBe(487);
});

test("a call that is cancelled after its process has ended gets 487 from the timer (RFC 3261 §9.2)", async () => {
  const ended = () => Promise.reject(new Error("the process has ended"));
  const studio = await aStudio({}, {}, afterTheCount(ended));
  const { text, branch, callId, cseq, fromTag } = studio.alice.write("INVITE", STUDIO, { body: OFFER, lines });
  await expect(studio.alice.send(text)).rejects.toThrow("has ended");
  await studio.alice.request("CANCEL", STUDIO, { branch, callId, cseq, fromTag });
  await studio.network.pass(31);
  expect((await studio.alice.takeFinal("INVITE")).status).toBe(487);
  expect(openCalls(studio)).toBe(0);
});

test("a call whose process ends between its count and its session is not counted after 30 s", async () => {
  const studio = await aStudio(
    {},
    {},
    afterTheCount(() => Promise.reject(new Error("the process has ended"))),
  );
  const { text } = studio.alice.write("INVITE", STUDIO, { body: OFFER, lines });
  await expect(studio.alice.send(text)).rejects.toThrow("has ended");
  expect(openCalls(studio)).toBe(1);
  await studio.network.pass(31);
  expect(openCalls(studio)).toBe(0);
});

test("a call whose process ends between its count and its session is not counted for ever, if the timer comes after the call's row has gone", async () => {
  const studio = await aStudio(
    {},
    {},
    afterTheCount(() => Promise.reject(new Error("the process has ended"))),
  );
  const { text } = studio.alice.write("INVITE", STUDIO, { body: OFFER, lines });
  await expect(studio.alice.send(text)).rejects.toThrow("has ended");
  const timer = studio.network.timers.find(({ kind }) => kind === "http session");
  if (timer === undefined) throw new TypeError("no timer looks at the session");
  studio.network.timers.splice(studio.network.timers.indexOf(timer), 1); // its first attempts fail
  await studio.network.pass(2 * 168 + 30);
  expect(openCalls(studio)).toBe(1);
  await studio.network.signaling.timerDue(timer);
  expect(openCalls(studio)).toBe(0);
});

test("a failure while the offer is at the endpoint brings no second final response: a timer sends one", async () => {
  let isFailing = false;
  const studio = await aStudio({}, {}, ({ read }) => ({
    read: (keys) => (isFailing ? Promise.reject(new Error("throttled")) : read(keys)),
  }));
  studio.endpoint.answer = () => ((isFailing = true), undefined);
  const { text } = studio.alice.write("INVITE", STUDIO, { body: OFFER, lines });
  await expect(studio.alice.send(text)).rejects.toThrow(AnsweredError);
  isFailing = false;
  await studio.network.pass(31);
  expect(studio.alice.inbox.titles().filter((title) => title.endsWith("INVITE"))).toEqual([
    "100 INVITE",
    "180 INVITE",
    "408 INVITE",
  ]);
});

test("a failure before the endpoint is asked is answered 500, as everywhere", async () => {
  const studio = await aStudio({}, {}, ({ commit }) => ({
    commit: (changes) =>
      changes.some(({ kind }) => kind === "new http session")
        ? Promise.reject(new Error("throttled"))
        : commit(changes),
  }));
  const { text } = studio.alice.write("INVITE", STUDIO, { body: OFFER, lines });
  await expect(studio.alice.send(text)).rejects.not.toThrow(AnsweredError);
});
