// A process may end between any two of its steps. Whichever it is: the caller gets a final response, the session at the
// endpoint ends with the call, and the callee's limit counts no call that is over.
import { describe, expect, test } from "@jest/globals";
import type { Ports } from "../../../lib/signaling/ports.ts";
import { isFinal } from "../../support/phone/inbox.ts";
import { aStudio, openCalls, OFFER, sessionStates, STUDIO } from "../../support/phone/http-endpoint.ts";

/** A process that ends before its step with that number; later processes live. */
function mortal() {
  let left = Number.POSITIVE_INFINITY;
  let steps: string[] = [];
  function step<Args extends readonly unknown[], Result>(name: string, port: (...args: Args) => Promise<Result>) {
    return async (...args: Args): Promise<Result> => {
      if (left <= 0) throw new Error("the process has ended");
      left -= 1;
      steps.push(name);
      return port(...args);
    };
  }
  return {
    bend: ({ read, commit, setTimers, post, http }: Ports): Partial<Ports> => ({
      read: step("read", read),
      commit: step("commit", commit),
      setTimers: step("setTimers", setTimers),
      post: step("post", post),
      ...(http && { http: step("http", http) }),
    }),
    /** @returns the steps before the end; undefined if the process came to its end by itself */
    async endAt(count: number, work: () => Promise<unknown>): Promise<readonly string[] | undefined> {
      [left, steps] = [count, []];
      const isEnded = await work().then(
        () => false,
        () => true,
      );
      left = Number.POSITIVE_INFINITY;
      return isEnded ? steps : undefined;
    },
  };
}

/** More steps than any message takes; the last ones show that the process ends by itself. */
const STEPS = Array.from({ length: 24 }, (_, at) => at);
const lines = ["Content-Type: application/sdp"];

describe("a process that ends in an INVITE", () => {
  test.each(STEPS)("after %i steps", async (steps) => {
    const process = mortal();
    const studio = await aStudio({}, {}, process.bend);
    const { alice, network, endpoint } = studio;
    const invite = alice.write("INVITE", STUDIO, { body: OFFER, lines });
    const taken = (await process.endAt(steps, () => alice.send(invite.text))) ?? [];
    // Of a session that was opened and whose URL was in no other place than the process, only the endpoint knows.
    const isLost = taken.includes("http") && taken.lastIndexOf("commit") < taken.indexOf("http");
    await alice.send(invite.text).catch(() => undefined); // its user tries again with the same request
    await network.pass(4000);
    expect(alice.inbox.titles().filter((title) => /^[2-6]\d\d INVITE/.test(title))).not.toEqual([]);
    expect([endpoint.sessions.size, openCalls(studio)]).toEqual([isLost ? 1 : 0, 0]);
    expect(sessionStates(studio).filter((state) => state !== "over")).toEqual([]);
    expect(network.timers).toEqual([]);
  });

  test("comes to its end by itself within these steps", async () => {
    const process = mortal();
    const { alice } = await aStudio({}, {}, process.bend);
    expect(await process.endAt(STEPS.length - 1, () => alice.request("INVITE", STUDIO, { body: OFFER, lines }))).toBe(
      undefined,
    );
  });
});

describe.each(["BYE", "ACK"] as const)("a process that ends in a %s", (method) => {
  test.each(STEPS)("after %i steps", async (steps) => {
    const process = mortal();
    const studio = await aStudio({}, {}, process.bend);
    const { alice, network, endpoint } = studio;
    const invite = await studio.call();
    const dialog = alice.dialogAsCaller(invite, await alice.takeResponse(200, "INVITE"));
    if (method === "BYE") await alice.inDialog("ACK", dialog, { cseq: invite.cseq });
    const send = () => alice.inDialog(method, dialog, method === "ACK" ? { cseq: invite.cseq } : {});
    const isTimed = (await process.endAt(steps, send))?.includes("setTimers") !== false;
    await network.pass(60);
    if (method === "ACK") await alice.inDialog("BYE", dialog);
    await network.pass(4000);
    if (!isTimed) {
      await alice.close(); // of a BYE without a timer nothing is known: the call ends with the phone's connection
      await network.pass(4000);
    }
    expect([endpoint.sessions.size, openCalls(studio)]).toEqual([0, 0]);
    expect(sessionStates(studio)).toEqual(["over"]);
  });
});

describe("a process that ends while this server ends the call", () => {
  test.each(STEPS)("after %i steps, and its timer does not come again", async (steps) => {
    const process = mortal();
    const studio = await aStudio({}, {}, process.bend);
    const { network, endpoint } = studio;
    await studio.answered();
    await network.pass(60); // no timer of the answer is left
    const [id = ""] = network.state.rows.contexts.keys();
    const end = () => network.signaling.timerDue({ kind: "call", call: id, why: "operator" });
    await process.endAt(steps, end);
    if (network.state.rows.contexts.get(id)?.call?.ended === undefined) await end();
    await network.pass(4000);
    expect([endpoint.sessions.size, openCalls(studio)]).toEqual([0, 0]);
    expect(sessionStates(studio)).toEqual(["over"]);
    expect(network.timers).toEqual([]);
  });
});

describe("a process that ends in a CANCEL", () => {
  test.each(STEPS)("after %i steps, while another one asks the endpoint", async (steps) => {
    const process = mortal();
    const studio = await aStudio({}, {}, process.bend);
    const { alice, network, endpoint } = studio;
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<undefined>();
    endpoint.answer = ({ purpose }) => (purpose === "open" ? (asked.resolve(), answer.promise.then(usual)) : undefined);
    const usual = () => {
      endpoint.sessions.add("https://media.example.com/late");
      const headers = { "content-type": "application/sdp", location: "/late" };
      return { kind: "answered", status: 201, url: "https://media.example.com/whip", headers, body: OFFER } as const;
    };
    const invite = alice.write("INVITE", STUDIO, { body: OFFER, lines });
    const running = alice.send(invite.text);
    await asked.promise;
    const { branch, callId, cseq, fromTag } = invite;
    await process.endAt(steps, () => alice.request("CANCEL", STUDIO, { branch, callId, cseq, fromTag }));
    answer.resolve(undefined);
    await running;
    await network.pass(alice.inbox.titles().some((title) => /^[2-6]\d\d INVITE/.test(title)) ? 0 : 60);
    const final = await alice.inbox.take("final", isFinal("INVITE"));
    if (final.status === 200) {
      // the 200 had left before: the caller ends the call (RFC 3261 §9.1)
      const dialog = alice.dialogAsCaller(invite, final);
      await alice.inDialog("ACK", dialog, { cseq });
      await alice.inDialog("BYE", dialog);
    }
    await network.pass(4000);
    expect([endpoint.sessions.size, openCalls(studio)]).toEqual([0, 0]);
    expect(sessionStates(studio)).toEqual(["over"]);
  });
});

describe("an answer without its ACK", () => {
  test("is sent again after 4, 8 and 16 s, and the call is ended after 32 s (RFC 3261 §13.3.1.4)", async () => {
    const studio = await aStudio();
    await studio.call();
    const answers: number[] = [];
    for (let second = 1; second <= 40; second += 1) {
      const before = studio.alice.inbox.titles().length;
      await studio.network.pass(1);
      if (studio.alice.inbox.titles().slice(before).includes("200 INVITE")) answers.push(second);
    }
    expect(answers).toEqual([4, 8, 16]);
    expect(studio.alice.inbox.titles().at(-1)).toBe("BYE");
    expect([studio.endpoint.sessions.size, openCalls(studio)]).toEqual([0, 0]);
  });

  test("that the caller has acknowledged is not sent again", async () => {
    const studio = await aStudio();
    await studio.answered();
    const before = studio.alice.inbox.titles().length;
    await studio.network.pass(100);
    expect(studio.alice.inbox.titles().slice(before)).toEqual([]);
    expect(studio.network.timers).toEqual([]);
  });
});
