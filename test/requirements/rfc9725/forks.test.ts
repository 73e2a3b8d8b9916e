// An HTTP callee among other targets (RFC 3261 §16.5 to §16.7): a member of a group, and the target of a forwarding.
import { describe, expect, test } from "@jest/globals";
import type { Ports } from "../../../lib/signaling/ports.ts";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import type { Change } from "../../../lib/sip/state/change.ts";
import {
  aStudio,
  created,
  HOST,
  OFFER,
  openCalls,
  sessionStates,
  status,
  STUDIO,
} from "../../support/phone/http-endpoint.ts";

const SALES = "sip:sales@example.com";
const lines = ["Content-Type: application/sdp"];

async function aGroup(endpointAnswers = true, settings?: Partial<Settings>, bend?: (ports: Ports) => Partial<Ports>) {
  const studio = await aStudio({}, settings, bend);
  studio.network.state.addSubscriber({ aor: SALES, ha1: {}, group: [STUDIO, "sip:bob@example.com"] });
  const bob = await studio.network.online("bob", { flow: "bob-1" });
  if (!endpointAnswers) studio.endpoint.answer = ({ purpose }) => (purpose === "open" ? status(503) : undefined);
  return { ...studio, bob };
}

function isEndOfSession(change: Change): boolean {
  return change.kind === "http session" && (change.session.state === "ending" || change.session.state === "over");
}

describe("an HTTP callee in a ring group", () => {
  test("answers before the phone: the phone is cancelled", async () => {
    const { alice, bob } = await aGroup();
    await alice.request("INVITE", SALES, { body: OFFER, lines });
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    expect((await alice.takeFinal("INVITE")).status).toBe(200);
    expect(bob.inbox.titles()).toContain("CANCEL");
  });

  test("is ended when the phone answers while the endpoint is asked", async () => {
    const studio = await aGroup();
    const { alice, bob, endpoint } = studio;
    endpoint.answer = ({ purpose }) => {
      if (purpose !== "open") return undefined;
      return (async () => {
        await bob.answer(await bob.takeRequest("INVITE"), 200, { body: "v=0\r\n", lines });
        return undefined;
      })().then(() => {
        endpoint.sessions.add(`https://${HOST}/late`);
        const headers = { "content-type": "application/sdp", location: "/late" };
        return { kind: "answered", status: 201, url: `https://${HOST}/whip`, headers, body: OFFER };
      });
    };
    await alice.request("INVITE", SALES, { body: OFFER, lines });
    expect(alice.inbox.titles().filter((title) => title === "200 INVITE")).toHaveLength(1);
    expect(endpoint.titles().at(-1)).toBe(`DELETE https://${HOST}/late`);
    expect([endpoint.sessions.size, sessionStates(studio), openCalls(studio)]).toEqual([0, ["over"], 0]);
  });

  test('is ended when the phone has answered, with laterAnswers: "end", if the process ended between ACK and BYE', async () => {
    let isEnding = false;
    const studio = await aGroup(true, { laterAnswers: "end" }, ({ commit }) => ({
      commit: (changes) =>
        isEnding && changes.some(isEndOfSession) ? Promise.reject(new Error("the process has ended")) : commit(changes),
    }));
    const { alice, bob, endpoint, network } = studio;
    endpoint.answer = async ({ purpose }) => {
      if (purpose !== "open") return status(200);
      isEnding = true;
      await bob.answer(await bob.takeRequest("INVITE"), 200, { body: OFFER, lines }).catch(() => undefined);
      return created("/later");
    };
    await alice.request("INVITE", SALES, { body: OFFER, lines }).catch(() => undefined);
    isEnding = false;
    expect(sessionStates(studio)).toEqual(["open"]);
    await network.pass(60);
    expect(endpoint.titles().at(-1)).toBe(`DELETE https://${HOST}/later`);
    expect([sessionStates(studio), openCalls(studio)]).toEqual([["over"], 0]);
  });

  test("is ended when the caller gave up before its session was stored, and the phone has answered nevertheless", async () => {
    const [refusing, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let attempts = 0;
    let isOpen = false;
    let cancel = (): Promise<unknown> => Promise.resolve();
    let cancelled: Promise<unknown> = Promise.resolve();
    const studio = await aGroup(true, {}, ({ commit }) => ({
      async commit(changes: readonly Change[]) {
        if (changes.some(({ kind }) => kind === "new http session")) {
          attempts += 1;
          if (attempts === 1) {
            await commit(changes.filter(({ kind }) => kind !== "new http session"));
            return "conflict";
          }
          cancelled = cancel();
          await refusing.promise; // the CANCEL has found no session
        } else if (changes.some(({ kind }) => kind === "kept response")) {
          refusing.resolve();
          await opened.promise;
        }
        const answer = changes.filter((change) => change.kind === "http session" && change.session.state === "open");
        if (answer.length === 0 || isOpen) return commit(changes);
        isOpen = true;
        await commit(answer);
        opened.resolve();
        await cancelled;
        return "conflict";
      },
    }));
    const { alice, bob, endpoint, network } = studio;
    const { text, branch, callId, cseq, fromTag } = alice.write("INVITE", SALES, { body: OFFER, lines });
    cancel = () => alice.request("CANCEL", SALES, { branch, callId, cseq, fromTag });
    await alice.send(text);
    const [session] = network.state.rows.httpSessions.values();
    expect([session?.state, session?.isAcked]).toEqual(["open", undefined]); // the ACK was that of the 487 (§17.1.1.3)
    await bob.answer(await bob.takeRequest("INVITE"), 200, { body: OFFER, lines });
    expect((await alice.takeFinal("INVITE")).status).toBe(200);
    await network.pass(4);
    expect(endpoint.titles()).toEqual([`POST https://${HOST}/whip`, `DELETE https://${HOST}/session/1`]);
    expect([sessionStates(studio), openCalls(studio)]).toEqual([["over"], 0]);
  });

  test("is ended when it answered later and the process that took the BYE for it has ended", async () => {
    let isEnding = false;
    const studio = await aGroup(true, {}, ({ commit }) => ({
      commit: (changes) =>
        isEnding && changes.some((change) => isEndOfSession(change) || change.kind === "call ended")
          ? Promise.reject(new Error("the process has ended"))
          : commit(changes),
    }));
    const { alice, bob, endpoint, network } = studio;
    endpoint.answer = async ({ purpose }) => {
      if (purpose !== "open") return status(200);
      isEnding = true;
      await bob.answer(await bob.takeRequest("INVITE"), 200, { body: OFFER, lines }).catch(() => undefined);
      return created("/later");
    };
    const invite = await alice.request("INVITE", SALES, { body: OFFER, lines });
    const answers = [await alice.takeResponse(200, "INVITE"), await alice.takeResponse(200, "INVITE")];
    const [first, later] = answers.map((answer) => alice.dialogAsCaller(invite, answer));
    if (first === undefined || later === undefined) throw new TypeError("two answers are needed");
    await alice.inDialog("ACK", first, { cseq: invite.cseq });
    await alice.inDialog("ACK", later, { cseq: invite.cseq });
    await alice.inDialog("BYE", later).catch(() => undefined);
    isEnding = false;
    expect(sessionStates(studio)).toEqual(["open"]);
    await network.pass(30);
    expect(endpoint.titles().at(-1)).toBe(`DELETE https://${HOST}/later`);
    expect([sessionStates(studio), openCalls(studio)]).toEqual([["over"], 0]);
    expect(bob.inbox.titles()).not.toContain("BYE"); // the other call goes on
  });

  test("that fails leaves the phone ringing", async () => {
    const { alice, bob } = await aGroup(false);
    await alice.request("INVITE", SALES, { body: OFFER, lines });
    await bob.answer(await bob.takeRequest("INVITE"), 200, { body: OFFER, lines });
    expect((await alice.takeFinal("INVITE")).status).toBe(200);
  });
});

describe("an HTTP callee as the target of a forwarding", () => {
  async function voicemail(when: "noAnswer" | "busy" | "always") {
    const studio = await aStudio();
    const bob = { aor: "sip:bob@example.com", forwarding: { [when]: STUDIO }, ringSeconds: 20 };
    const present = studio.network.state.rows.subscribers.get("sip:bob@example.com");
    studio.network.state.addSubscriber({ ha1: {}, ...present, ...bob });
    return studio;
  }

  test("on no answer takes the call after the ringing", async () => {
    const studio = await voicemail("noAnswer");
    const bob = await studio.network.online("bob");
    await studio.alice.request("INVITE", "sip:bob@example.com", { body: OFFER, lines });
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await studio.network.pass(20);
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(200);
    expect(bob.inbox.titles()).toContain("CANCEL");
    expect(studio.endpoint.sessions.size).toBe(1);
  });

  test("on no answer takes the call of a user without a phone at once", async () => {
    const studio = await voicemail("noAnswer");
    await studio.alice.request("INVITE", "sip:bob@example.com", { body: OFFER, lines });
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(200);
  });

  test("on busy takes the call", async () => {
    const studio = await voicemail("busy");
    const bob = await studio.network.online("bob");
    await studio.alice.request("INVITE", "sip:bob@example.com", { body: OFFER, lines });
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(200);
  });

  test("ends with the call: BYE of the caller", async () => {
    const studio = await voicemail("always");
    const invite = await studio.alice.request("INVITE", "sip:bob@example.com", { body: OFFER, lines });
    const dialog = studio.alice.dialogAsCaller(invite, await studio.alice.takeResponse(200, "INVITE"));
    await studio.alice.inDialog("ACK", dialog, { cseq: invite.cseq });
    await studio.alice.inDialog("BYE", dialog);
    expect([studio.endpoint.sessions.size, openCalls(studio)]).toEqual([0, 0]);
  });

  test("that fails is one more refusal: the caller hears it", async () => {
    const studio = await voicemail("always");
    studio.endpoint.answer = () => status(404);
    await studio.alice.request("INVITE", "sip:bob@example.com", { body: OFFER, lines });
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(404);
  });
});
