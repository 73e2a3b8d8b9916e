// JsSIP and SIP.js in Chromium call addresses that a real WebRTC endpoint answers over HTTP.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { DeskPhone } from "./desk.ts";
import type { Library } from "./pages/device.ts";
import { grows } from "./pages/rtp.ts";
import { openStudio, type Studio } from "./studio.ts";
import { startWeriftEndpoint, type WeriftEndpoint } from "./werift-endpoint.ts";

/** Of each library. Half of them are given up; each shows whether it leaves a session. */
const CALLS = 4;

let endpoint: WeriftEndpoint;
let desk: Studio;

beforeAll(async () => {
  endpoint = await startWeriftEndpoint();
  const at = (path: string) => ({ url: `https://${endpoint.host}/${path}` });
  const session = JSON.stringify({ type: "realtime", model: "gpt-realtime" });
  desk = await openStudio(endpoint, {
    echo: { http: at("echo") },
    stage: { http: at("broadcast") },
    screen: { http: at("watch") },
    voicemail: { http: at("voicemail") },
    agent: { http: { ...at("v1/realtime/calls"), form: { session }, end: { method: "POST", path: "hangup" } } },
    desks: { group: ["sip:bob@example.com", "sip:echo@example.com"] },
    carol: { forwarding: { noAnswer: "sip:voicemail@example.com" }, ringSeconds: 5 },
  });
});
afterEach(async () => {
  await endpoint.tell("release"); // a failed test may have left it, or a call
  if ((await sessions()) > 0) await desk.endCalls();
});
afterAll(async () => {
  await desk.close();
  await endpoint.close();
});

const isReceiving = () => grows(async () => (await endpoint.tell("look")).packets);
const sessions = async () => (await endpoint.tell("look")).sessions;
const requests = async () => (await endpoint.tell("look")).requests;

async function hangsUp(phone: DeskPhone, user: string): Promise<void> {
  await phone.end(user);
  await phone.gets("200 BYE");
  await desk.service.settled();
}

async function calls(phone: DeskPhone, user: string): Promise<void> {
  await phone.call(user);
  await phone.tells(`${user} rings`);
  await phone.tells(`talks to ${user}`);
}

describe.each<Library>(["jssip", "sipjs"])("%s", (library) => {
  let alice: DeskPhone;
  beforeAll(async () => {
    alice = await desk.phone(library, "alice");
  });
  afterAll(() => desk.clear());

  test("talks to the endpoint; offers of video and of an ICE restart leave the call as it was; holds, resumes, and hangs up: the session ends", async () => {
    await calls(alice, "echo");
    expect([await isReceiving(), await alice.hears("echo"), await sessions()]).toEqual([true, true, 1]);
    for (const how of ["video", "ice restart"] as const) {
      await alice.offer("echo", how);
      expect([await isReceiving(), await alice.hears("echo")]).toEqual([true, true]);
    }
    await alice.hold("echo");
    await alice.resume("echo");
    expect([await isReceiving(), await alice.hears("echo"), await sessions()]).toEqual([true, true, 1]);
    await hangsUp(alice, "echo");
    expect(await sessions()).toBe(0);
    expect((await requests()).filter((title) => !/^(POST|DELETE) /.test(title))).toEqual([]);
  });

  test("is hung up on: BYE comes, and the session ends", async () => {
    await calls(alice, "echo");
    await alice.hears("echo");
    await desk.endCalls();
    await alice.tells("echo hung up");
    expect(await sessions()).toBe(0);
  });

  test("speaks to an endpoint that sends nothing, holds and resumes, and is watched by a phone of the other library", async () => {
    await calls(alice, "stage");
    expect(await isReceiving()).toBe(true);
    await alice.hold("stage");
    await alice.resume("stage");
    expect(await isReceiving()).toBe(true);
    const bob = await desk.phone(library === "jssip" ? "sipjs" : "jssip", "bob");
    await bob.call("screen");
    await bob.tells("talks to screen");
    expect(await bob.hears("screen")).toBe(true);
    await hangsUp(bob, "screen");
    await hangsUp(alice, "stage");
    expect(await sessions()).toBe(0);
  });

  test(`leaves no session after ${CALLS} calls, half of them given up while the endpoint is asked`, async () => {
    const before = (await requests()).length;
    for (let call = 0; call < CALLS; call += 1) {
      const isGivenUp = call % 2 === 1;
      await endpoint.tell(isGivenUp ? "hold" : "look");
      await alice.call("echo");
      await alice.tells("echo rings");
      if (!isGivenUp) await alice.tells("talks to echo");
      await alice.end("echo");
      await alice.gets(isGivenUp ? "487 INVITE" : "200 BYE");
      await endpoint.tell("release");
      await desk.service.settled();
    }
    const titles = (await requests()).slice(before).map((title) => title.split(" ")[0]);
    expect(titles).toEqual(Array.from({ length: CALLS }, () => ["POST", "DELETE"]).flat());
    expect(await sessions()).toBe(0);
  });
});

describe("a phone", () => {
  afterEach(() => desk.clear());

  test("talks to an agent behind a realtime service, in the form of the service, and hangs up by its path", async () => {
    const alice = await desk.phone("jssip", "alice");
    await calls(alice, "agent");
    expect([await isReceiving(), await alice.hears("agent"), await sessions()]).toEqual([true, true, 1]);
    await hangsUp(alice, "agent");
    expect(await sessions()).toBe(0);
    const [post, hangup] = (await requests()).slice(-2);
    expect(post).toBe("POST /v1/realtime/calls");
    expect(hangup).toMatch(/^POST \/v1\/realtime\/calls\/rtc_\d+\/hangup$/);
  });

  test("calls a group with an endpoint and a phone: the phone answers first, and the endpoint's session ends", async () => {
    const [alice, bob] = [await desk.phone("sipjs", "alice"), await desk.phone("jssip", "bob")];
    await endpoint.tell("hold"); // the endpoint is asked, and does not answer yet
    await alice.call("desks");
    await bob.tells("alice calls");
    await bob.answer("alice");
    await alice.tells("talks to desks");
    await endpoint.tell("release"); // before the server gives the endpoint up
    expect(await alice.hears("desks")).toBe(true);
    await desk.service.settled();
    expect((await requests()).slice(-2).map((title) => title.split(" ")[0])).toEqual(["POST", "DELETE"]);
    expect(await sessions()).toBe(0);
    await hangsUp(alice, "desks");
  });

  test("calls a group with an endpoint and a phone: the endpoint answers, and the phone stops ringing", async () => {
    const [alice, bob] = [await desk.phone("jssip", "alice"), await desk.phone("jssip", "bob")];
    await endpoint.tell("hold");
    await alice.call("desks");
    await bob.tells("alice calls");
    await endpoint.tell("release");
    await alice.tells("talks to desks");
    expect([await isReceiving(), await alice.hears("desks"), await sessions()]).toEqual([true, true, 1]);
    await bob.gets("CANCEL");
    await hangsUp(alice, "desks");
    expect(await sessions()).toBe(0);
  });

  test("speaks to the voicemail of a user whose phone is not answered", async () => {
    const [alice, carol] = [await desk.phone("sipjs", "alice"), await desk.phone("jssip", "carol")];
    await alice.call("carol");
    await carol.tells("alice calls");
    await carol.gets("INVITE");
    desk.service.cloud.queues.advance(5);
    await alice.tells("talks to carol");
    await carol.gets("CANCEL");
    expect([await isReceiving(), await sessions()]).toEqual([true, 1]);
    await hangsUp(alice, "carol");
    expect(await sessions()).toBe(0);
  });
});
