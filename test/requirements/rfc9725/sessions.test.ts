// An address that is answered over HTTP: the offer of an INVITE opens a session at a WHIP endpoint (RFC 9725 §4.2), and the
// end of the call ends it.
import { describe, expect, test } from "@jest/globals";
import { AnsweredError } from "../../../lib/errors.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import {
  ANSWER,
  aStudio,
  created,
  HOST,
  OFFER,
  openCalls,
  sessionStates,
  status,
  STUDIO,
} from "../../support/phone/http-endpoint.ts";

describe("a call to an address that is answered over HTTP", () => {
  test("rings at once, posts the offer as it is, and is answered with the endpoint's SDP as it is", async () => {
    const studio = await aStudio();
    await studio.call();
    expect(studio.alice.inbox.titles().slice(-3)).toEqual(["100 INVITE", "180 INVITE", "200 INVITE"]);
    const ok = await studio.alice.takeResponse(200, "INVITE");
    expect([header(ok, "content-type"), ok.body]).toEqual(["application/sdp", ANSWER]);
    const [post] = studio.endpoint.requests;
    expect(post).toMatchObject({ method: "POST", url: `https://${HOST}/whip`, body: OFFER });
    expect(post?.headers).toEqual({ "content-type": "application/sdp", accept: "application/sdp" });
    expect(post?.configured).toEqual({ origin: `https://${HOST}`, headers: {}, secret: "media-token" });
  });

  test("sends 100 and 180 before it asks the endpoint, and holds no message back for its answer", async () => {
    const studio = await aStudio();
    let before: readonly string[] = [];
    studio.endpoint.answer = () => ((before = studio.alice.inbox.titles().slice(-2)), undefined);
    await studio.call();
    expect(before).toEqual(["100 INVITE", "180 INVITE"]);
  });

  test("BYE of the phone is answered, ends the session by DELETE of its URL, and frees the callee", async () => {
    const studio = await aStudio();
    const { dialog } = await studio.answered();
    await studio.alice.inDialog("BYE", dialog);
    expect((await studio.alice.takeFinal("BYE")).status).toBe(200);
    expect(studio.endpoint.titles()).toEqual([`POST https://${HOST}/whip`, `DELETE https://${HOST}/session/1`]);
    expect([studio.endpoint.sessions.size, sessionStates(studio), openCalls(studio)]).toEqual([0, ["over"], 0]);
    const row = [...studio.network.state.rows.contexts.values()][0];
    expect(row?.call?.ended?.why).toBe("hung up");
    await studio.network.pass(1000);
    expect(studio.endpoint.requests).toHaveLength(2);
  });

  test("a repeated BYE gets 200 again and ends nothing a second time", async () => {
    const studio = await aStudio();
    const { dialog } = await studio.answered();
    const bye = await studio.alice.inDialog("BYE", dialog);
    await studio.alice.send(bye.text);
    expect(studio.alice.inbox.titles().slice(-2)).toEqual(["200 BYE", "200 BYE"]);
    expect(studio.endpoint.requests).toHaveLength(2);
  });

  test.each([404, 410, 200, 204])("%i to the end of the session is done", async (code) => {
    const studio = await aStudio();
    const { dialog } = await studio.answered();
    studio.endpoint.answer = () => status(code);
    await studio.alice.inDialog("BYE", dialog);
    await studio.network.pass(1000);
    expect([studio.endpoint.requests.length, sessionStates(studio)]).toEqual([2, ["over"]]);
  });

  test("an end that fails is repeated by a timer, until it is confirmed", async () => {
    const studio = await aStudio();
    const { dialog } = await studio.answered();
    let failures = 0;
    studio.endpoint.answer = ({ purpose }) => (purpose === "end" && (failures += 1) < 3 ? status(503) : undefined);
    await studio.alice.inDialog("BYE", dialog);
    expect(sessionStates(studio)).toEqual(["ending"]);
    await studio.network.pass(100);
    expect([failures, studio.endpoint.sessions.size, sessionStates(studio)]).toEqual([3, 0, ["over"]]);
  });

  test("an end is not repeated by an earlier timer, while it may still be under way", async () => {
    const studio = await aStudio();
    const { dialog } = await studio.answered();
    studio.endpoint.answer = () => ({ kind: "failed", why: "timeout" });
    const ends = () => studio.endpoint.requests.filter(({ purpose }) => purpose === "end").length;
    await studio.alice.inDialog("BYE", dialog);
    await studio.network.pass(25); // the timer of the ACK is due after 4 s
    expect(ends()).toBe(1);
    await studio.network.pass(10);
    expect(ends()).toBe(2);
  });

  test("an end that fails is repeated once, if its timer comes twice at the same moment", async () => {
    const studio = await aStudio();
    const { dialog } = await studio.answered();
    studio.endpoint.answer = () => status(503);
    const ends = () => studio.endpoint.requests.filter(({ purpose }) => purpose === "end").length;
    await studio.alice.inDialog("BYE", dialog);
    await studio.network.pass(29);
    const timer = studio.network.timers.find((one) => one.kind === "http session" && one.branch === undefined);
    if (timer === undefined) throw new TypeError("no timer repeats the end");
    await Promise.all([1, 2].map(() => studio.network.signaling.timerDue(timer)));
    expect(ends()).toBe(2);
  });

  test("an end that is stored by a slow process, which then ends, is repeated", async () => {
    const studio = await aStudio({}, {}, ({ commit }) => ({
      async commit(changes) {
        const result = await commit(changes);
        if (changes.some(({ kind }) => kind === "call ended")) await studio.network.pass(15);
        return result;
      },
    }));
    const { dialog } = await studio.answered();
    await studio.network.pass(60);
    studio.endpoint.answer = () => Promise.reject(new Error("the process has ended"));
    await expect(studio.alice.inDialog("BYE", dialog)).rejects.toThrow(AnsweredError);
    studio.endpoint.answer = () => undefined;
    await studio.network.pass(60);
    expect([studio.endpoint.sessions.size, sessionStates(studio)]).toEqual([0, ["over"]]);
  });

  test("an end that fails is repeated after 30, 60, 120 and 240 s, and then given up", async () => {
    const studio = await aStudio();
    const { dialog } = await studio.answered();
    const times: number[] = [];
    studio.endpoint.answer = () => (times.push(studio.network.now()), { kind: "failed", why: "unreachable" });
    await studio.alice.inDialog("BYE", dialog);
    await studio.network.pass(1000);
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 30, 60, 120, 240]);
    expect([sessionStates(studio), openCalls(studio), studio.network.timers]).toEqual([["over"], 0, []]);
    expect(studio.network.notes.map(({ fields }) => fields["reason"])).toContain("http-session-left");
  });

  test("an end is not repeated after a newer call to the same endpoint has begun", async () => {
    const studio = await aStudio();
    const { dialog } = await studio.answered();
    studio.endpoint.answer = ({ purpose }) => (purpose === "end" ? status(503) : created("/session/the-only-one"));
    await studio.alice.inDialog("BYE", dialog);
    await studio.answered();
    await studio.network.pass(200);
    expect(studio.endpoint.requests.filter(({ purpose }) => purpose === "end")).toHaveLength(1);
  });

  test("the endpoint's own way to end a session: method and path under its URL", async () => {
    const studio = await aStudio({ end: { method: "POST", path: "hangup" } });
    studio.endpoint.answer = ({ purpose }) => (purpose === "open" ? created("/v1/calls/rtc_1?x=1") : status(200));
    const { dialog } = await studio.answered();
    await studio.alice.inDialog("BYE", dialog);
    expect(studio.endpoint.titles().at(-1)).toBe(`POST https://${HOST}/v1/calls/rtc_1/hangup?x=1`);
  });

  test.each([
    ["relative to the URL that answered", "../s/2", "https://media.example.com/s/2"],
    ["absolute", "https://media.example.com/s/3", "https://media.example.com/s/3"],
  ])("the session's URL is %s", async (_what, location, url) => {
    const studio = await aStudio();
    studio.endpoint.answer = ({ purpose }) =>
      purpose === "open" ? { ...created(location), url: `https://${HOST}/a/b` } : status(200);
    const { dialog } = await studio.answered();
    await studio.alice.inDialog("BYE", dialog);
    expect(studio.endpoint.titles().at(-1)).toBe(`DELETE ${url}`);
  });

  test("the fields of the policy go to the endpoint in a form, with the offer (RFC 7578)", async () => {
    const form = { session: '{"type":"realtime","model":"gpt-realtime"}', name: "agent ä", note: "[draft" };
    const studio = await aStudio({ form });
    await studio.answered();
    const [post] = studio.endpoint.requests;
    const type = post?.headers["content-type"] ?? "";
    const read = await new Response(post?.body, { headers: { "content-type": type } }).formData();
    expect([...read]).toEqual([["sdp", OFFER], ...Object.entries(form)]);
    expect(post?.body).toContain('name="session"\r\nContent-Type: application/json\r\n\r\n{"type":"realtime"');
    expect(post?.body).toContain('name="note"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n[draft');
    expect(post?.body).toContain('name="sdp"\r\nContent-Type: application/sdp\r\n\r\nv=0');
    expect([...studio.network.state.rows.httpSessions.values()][0]?.callee.form).toBeUndefined();
  });

  test("headers and the caller's address go to the endpoint", async () => {
    const studio = await aStudio({ url: `https://${HOST}/whip?from={caller}`, headers: { "x-room": "1" } });
    await studio.call();
    const [post] = studio.endpoint.requests;
    expect(post?.url).toBe(`https://${HOST}/whip?from=alice%40example.com`);
    expect(post?.configured).toMatchObject({ origin: `https://${HOST}`, headers: { "x-room": "1" } });
  });

  test("a caller that withholds its identity is anonymous at the endpoint (RFC 3323)", async () => {
    const studio = await aStudio({ url: `https://${HOST}/whip/{caller}` });
    const lines = ["Content-Type: application/sdp", "Privacy: id"];
    await studio.alice.request("INVITE", STUDIO, { body: OFFER, lines });
    expect(studio.endpoint.titles()).toEqual([`POST https://${HOST}/whip/anonymous`]);
  });
});

describe("the end of a call from this side", () => {
  test("a phone that is gone ends the session", async () => {
    const studio = await aStudio({}, { lostCallSeconds: 60 });
    await studio.answered();
    await studio.alice.close();
    await studio.network.pass(59);
    expect(studio.endpoint.sessions.size).toBe(1);
    await studio.network.pass(1);
    expect([studio.endpoint.sessions.size, sessionStates(studio), openCalls(studio)]).toEqual([0, ["over"], 0]);
  });

  test("a phone that comes back keeps it, and can hang up on its new connection", async () => {
    const studio = await aStudio({}, { lostCallSeconds: 60 });
    const { dialog } = await studio.answered();
    await studio.alice.close();
    const { instance, contact } = studio.alice;
    const back = await studio.network.online("alice", { instance, contact, flow: "alice-2" });
    await studio.network.pass(300);
    expect(studio.endpoint.sessions.size).toBe(1);
    await back.inDialog("BYE", dialog);
    expect((await back.takeFinal("BYE")).status).toBe(200);
    expect(studio.endpoint.sessions.size).toBe(0);
  });

  test("a call of more than 12 hours keeps its session and its place, on whatever connections, and BYE ends them", async () => {
    const studio = await aStudio({ limit: 1 });
    const { dialog } = await studio.answered();
    const { instance, contact } = studio.alice;
    let phone = studio.alice;
    for (let hour = 2; hour <= 14; hour += 2) {
      await phone.close();
      phone = await studio.network.online("alice", { instance, contact, flow: `alice at ${hour}` });
      await studio.network.pass(2 * 3600 - 60);
    }
    await phone.close(); // registers again: its registration has expired
    phone = await studio.network.online("alice", { instance, contact, flow: "alice at last" });
    await studio.network.pass(200);
    const bob = await studio.network.online("bob");
    await studio.call(bob);
    expect((await bob.takeFinal("INVITE")).status).toBe(486);
    await phone.inDialog("BYE", dialog);
    expect((await phone.takeFinal("BYE")).status).toBe(200);
    expect([studio.endpoint.sessions.size, sessionStates(studio), openCalls(studio)]).toEqual([0, ["over"], 0]);
  });

  test("the longest call ends it, with BYE to the phone", async () => {
    const studio = await aStudio({}, { longestCallSeconds: 600 });
    await studio.answered();
    await studio.network.pass(600);
    expect(studio.alice.inbox.titles().at(-1)).toBe("BYE");
    expect(studio.endpoint.sessions.size).toBe(0);
  });

  test("the operator ends it, with BYE to the phone", async () => {
    const studio = await aStudio();
    await studio.answered();
    const [id = ""] = studio.network.state.rows.contexts.keys();
    await studio.network.signaling.timerDue({ kind: "call", call: id, why: "operator" });
    expect(studio.alice.inbox.titles().at(-1)).toBe("BYE");
    expect(studio.endpoint.sessions.size).toBe(0);
  });
});

describe("CANCEL", () => {
  test("while the endpoint is asked: 487 at once, and its answer is ended when it comes", async () => {
    const studio = await aStudio();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    studio.endpoint.answer = ({ purpose }) => {
      if (purpose !== "open") return undefined;
      asked.resolve();
      return answer.promise.then(() => (studio.endpoint.sessions.add(`https://${HOST}/late`), created("/late")));
    };
    const { alice } = studio;
    const invite = alice.write("INVITE", STUDIO, { body: OFFER, lines: ["Content-Type: application/sdp"] });
    const running = alice.send(invite.text);
    await asked.promise;
    const { branch, callId, cseq, fromTag } = invite;
    await alice.request("CANCEL", STUDIO, { branch, callId, cseq, fromTag });
    expect(alice.inbox.titles().slice(-2)).toEqual(["200 CANCEL", "487 INVITE"]);
    answer.resolve();
    await running;
    expect(studio.endpoint.titles()).toEqual([`POST https://${HOST}/whip`, `DELETE https://${HOST}/late`]);
    expect([studio.endpoint.sessions.size, sessionStates(studio), openCalls(studio)]).toEqual([0, ["over"], 0]);
    expect(alice.inbox.titles()).not.toContain("200 INVITE");
  });
});

describe("an endpoint that does not answer the offer", () => {
  test.each([
    [400, 488],
    [401, 500],
    [403, 486],
    [404, 404],
    [406, 488],
    [409, 486],
    [410, 404],
    [422, 488],
    [429, 486],
    [500, 500],
    [503, 500],
    [301, 500],
  ])("HTTP %i is %i for the caller", async (code, sip) => {
    const studio = await aStudio();
    studio.endpoint.answer = () => status(code);
    await studio.call();
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(sip);
    expect([sessionStates(studio), openCalls(studio)]).toEqual([["over"], 0]);
  });

  test("a status of the policy replaces the usual one", async () => {
    const studio = await aStudio({ statuses: { "403": 403, "404": 603 } });
    const sip: number[] = [];
    for (const code of [403, 404]) {
      studio.endpoint.answer = () => status(code);
      await studio.call();
      sip.push((await studio.alice.takeFinal("INVITE")).status);
    }
    expect(sip).toEqual([403, 603]);
  });

  test.each([
    ["timeout", 408],
    ["unreachable", 500],
    ["not allowed", 500],
    ["no secret", 500],
  ] as const)("%s is %i", async (why, sip) => {
    const studio = await aStudio();
    studio.endpoint.answer = () => ({ kind: "failed", why });
    await studio.call();
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(sip);
    expect(openCalls(studio)).toBe(0);
  });

  test.each([
    ["no Location", { ...created(""), headers: { "content-type": "application/sdp" } }],
    ["a Location at a host that is not listed", created("https://evil.example/1")],
    ["a Location without TLS", created(`http://${HOST}/1`)],
  ])("201 with %s is 502: the session could not be ended", async (_what, result) => {
    const studio = await aStudio();
    studio.endpoint.answer = () => result;
    await studio.call();
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(502);
    expect(studio.endpoint.requests).toHaveLength(1);
  });

  test.each([
    ["another type", created("/s/9", { "content-type": "text/html" })],
    ["no SDP", created("/s/9", {}, "hello")],
    ["an answer too long to be stored", created("/s/9", {}, `${ANSWER}a=x:${"y".repeat(25_000)}\r\n`)],
  ])("201 with %s is 502, and its session is ended", async (_what, result) => {
    const studio = await aStudio();
    studio.endpoint.answer = ({ purpose }) => (purpose === "open" ? result : status(200));
    await studio.call();
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(502);
    expect(studio.endpoint.titles().at(-1)).toBe(`DELETE https://${HOST}/s/9`);
    expect([sessionStates(studio), openCalls(studio)]).toEqual([["over"], 0]);
  });
});

describe("a call that the endpoint is not asked about", () => {
  const refusals: readonly (readonly [string, Parameters<typeof aStudio>, number, string?, string?])[] = [
    ["to a host that is not listed", [{ url: "https://evil.example/whip" }], 480],
    ["to a listed host at another port", [{ url: `https://${HOST}:8443/whip` }], 480],
    ["to a URL with a user", [{ url: `https://user:pass@${HOST}/whip` }], 480],
    ["to a URL without TLS", [{ url: `http://${HOST}/whip` }], 480],
    ["to a URL whose host the caller would choose", [{ url: `https://{caller}.${HOST}/` }], 480],
    ["where calls are stateless", [{}, { calls: "stateless" }], 480],
    ["of a caller that is not listed", [{ callers: ["sip:bob@example.com", "example.org"] }], 403],
    ["without an offer", [], 488, ""],
    ["with an offer that is no SDP", [], 488, "hello"],
    ["with a body of another type", [], 415, "x", "text/plain"],
  ];
  test.each(refusals)("%s", async (_what, [callee, settings], code, body = OFFER, type = "application/sdp") => {
    const studio = await aStudio(callee, settings);
    await studio.alice.request("INVITE", STUDIO, { body, lines: [`Content-Type: ${type}`] });
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(code);
    expect(studio.endpoint.requests).toEqual([]);
  });

  test.each(["sip:alice@example.com", "example.com"])("is allowed for a caller that %s covers", async (caller) => {
    const studio = await aStudio({ callers: [caller] });
    await studio.call();
    expect(studio.alice.inbox.titles().at(-1)).toBe("200 INVITE");
  });

  test.each([
    ["two without a limit", {}, 2],
    ["as many as the limit by caller allows", { callerLimit: 3 }, 3],
  ])("of a caller who has %s is 486, and another caller is answered", async (_what, callee, allowed) => {
    const studio = await aStudio(callee);
    for (let count = 0; count < allowed; count += 1) await studio.answered();
    await studio.call();
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(486);
    expect(studio.endpoint.requests).toHaveLength(allowed);
    const bob = await studio.network.online("bob");
    await studio.call(bob);
    expect((await bob.takeFinal("INVITE")).status).toBe(200);
  });

  test("over the limit is 486, until a call ends", async () => {
    const studio = await aStudio({ limit: 2 });
    const first = await studio.answered();
    await studio.answered();
    await studio.call();
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(486);
    await studio.alice.inDialog("BYE", first.dialog);
    await studio.call();
    expect((await studio.alice.takeFinal("INVITE")).status).toBe(200);
    expect(studio.endpoint.requests.filter(({ purpose }) => purpose === "open")).toHaveLength(3);
  });

  test.each([
    ["MESSAGE", 405],
    ["OPTIONS", 200],
  ])("%s is %i, with the methods that are taken", async (method, code) => {
    const studio = await aStudio();
    await studio.alice.request(method, STUDIO);
    const answer = await studio.alice.takeFinal(method);
    expect([answer.status, header(answer, "allow")]).toEqual([code, "INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS"]);
  });
});
