import { beforeAll, describe, expect, test } from "@jest/globals";
import { linesOf } from "../../support/program.ts";
import { samples } from "./corpus.ts";
import { replay } from "./play.ts";
import { shrink } from "./shrink.ts";
import type { Stories } from "./stories.ts";
import { tellStory } from "./story.ts";

let stories: Stories;
beforeAll(async () => {
  [stories = { broken: "no result", messages: 0, seen: {} }] = await linesOf<Stories>(
    new URL("stories.ts", import.meta.url),
  );
}, 300_000);

describe("real messages, altered, spliced, forged and stolen, from phones and strangers", () => {
  test("nothing throws, every text sent is SIP, messages reach only their recipients, every request has one response, work and state are bounded, no binding without proof", () => {
    expect(stories.broken).toBe("");
  });

  test("at least 8,000 messages were sent, and among them every event that can go right or wrong", () => {
    expect(stories.messages).toBeGreaterThan(8_000);
    const rare = Object.entries(expected).filter(([name, least]) => (stories.seen[name] ?? 0) < least);
    expect(rare.map(([name, least]) => `${name}: ${stories.seen[name] ?? 0} of at least ${least}`)).toEqual([]);
  });
});

/** The least of each event in all stories: altered messages that are all refused early prove nothing. */
const expected: Readonly<Record<string, number>> = {
  "in noise": 100,
  "in INVITE": 500,
  "in 200 INVITE": 30,
  "in CANCEL": 50,
  "out INVITE": 100,
  "out 100 INVITE": 50,
  "out 180 INVITE": 10,
  "out 200 INVITE": 15,
  "out 302 INVITE": 20,
  "out 408 INVITE": 10,
  "out 487 INVITE": 2,
  "out ACK": 30,
  "out BYE": 5,
  "out CANCEL": 15,
  "out INFO": 5,
  "out MESSAGE": 30,
  "out PRACK": 5,
  "out REFER": 30,
  "out UPDATE": 5,
  "out 200 REGISTER": 500,
  "out 400 REGISTER": 50,
  "out 400 INVITE": 50,
  "out 401 REGISTER": 200,
  "out 403 INVITE": 10,
  "out 403 REGISTER": 20,
  "out 407 INVITE": 100,
  "out 420 NEWMETHOD": 30,
  "out 481 CANCEL": 20,
};

test("the corpus has each kind of message that both libraries send", () => {
  const names = new Set(samples.map(({ name }) => name));
  const kinds =
    "register register-digest invite reinvite invite-replaces 100-invite 180-invite 200-invite 486-invite 487-invite 603-invite ack cancel 200-cancel bye 200-bye info 200-info message 200-message refer 202-refer notify 200-notify";
  for (const kind of kinds.split(" ")) {
    expect([names.has(`jssip-${kind}`), names.has(`sipjs-${kind}`), kind]).toEqual([true, true, kind]);
  }
});

test("a seed is a story: a second run has the same events; a replay has the same end", async () => {
  const [first, second] = [await tellStory(7), await tellStory(7)];
  expect(first.events.length).toBeGreaterThan(60);
  expect(second.events).toEqual(first.events);
  expect(await replay(first.setting, first.events)).toBeUndefined();
});

test("a failing story is shortened: to the events it needs, and in them to the lines it needs", async () => {
  const sound = await tellStory(7);
  // The judge gets alice's first phone as bob's, which has no right to the AOR it registers.
  const events = sound.events.map((event) =>
    event.kind === "open" && event.flow === "alice-a-1" ? { ...event, user: "bob" } : event,
  );
  const finding = await replay(sound.setting, events);
  expect(finding?.oracle).toBe("no binding without proof");
  const short = await shrink({ ...sound, events, ...(finding && { finding }) });
  expect(short.events.map(({ kind }) => kind)).toEqual(["open", "message"]);
  expect(short.events.at(-1)).toMatchObject({
    text: expect.stringMatching(/^REGISTER .*\r\n(?:(?:Via|To|From|Call-ID|CSeq|Authorization): .*\r\n){6}\r\n$/),
  });
  expect(await replay(short.setting, short.events)).toEqual(short.finding);
});
