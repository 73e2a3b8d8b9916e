// The media endpoint of the HTTP callees (RFC 9725): it opens a session for each offer. In bad weather it is slow, answers
// after its asker has given up, refuses, gets a request twice, cannot be reached, or does what it was asked and its answer is
// lost.
import type { HttpRequest, HttpResult } from "../../../../lib/sip/effect.ts";
import { ANSWER_WITHIN_SECONDS } from "../../../../lib/sip/policy/http-callees.ts";
import type { Random } from "../core/random.ts";
import type { Invocation, Record } from "../core/record.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Weather } from "../core/weather.ts";
import { OFFER } from "../phones/text.ts";

export const MEDIA_HOST = "media.example.com";

/** Like simple-whip-server: one session at a time, each with the same URL. */
export const BOOTH = `https://${MEDIA_HOST}/booth`;

export interface MediaEndpoint {
  /** Resolves when the answer, or the failure, is there. */
  take(by: Invocation, request: HttpRequest): Promise<HttpResult>;
}

interface Parts {
  readonly schedule: Schedule;
  readonly record: Record;
  readonly weather: Weather;
  readonly random: Random;
}

type Trouble = "slow" | "late" | "refuses" | "twice" | "vanishes" | "deaf";

const troubles = ["slow", "slow", "late", "refuses", "twice", "vanishes", "deaf"] as const satisfies readonly Trouble[];

const PATIENCE = ANSWER_WITHIN_SECONDS * 1000;

export function createEndpoint({ schedule, record, weather, random }: Parts): MediaEndpoint {
  /** URL to the tag that it was opened for. */
  const sessions = new Map<string, string>();
  const asked = new Map<string, number>();
  let count = 0;

  function open(by: Invocation, { url: at, session }: HttpRequest): HttpResult {
    const isBooth = at === BOOTH;
    const url = isBooth ? `${BOOTH}/session` : `https://${MEDIA_HOST}/session/${(count += 1)}`;
    if (sessions.has(url)) return status(403, at);
    sessions.set(url, session);
    record.add({ kind: "session opened", by, session, url });
    const headers = { "content-type": "application/sdp", location: url };
    return { kind: "answered", status: 201, url: at, headers, body: OFFER };
  }

  function end(by: Invocation, { url, session }: HttpRequest): HttpResult {
    const ended = sessions.get(url);
    if (ended === undefined) return status(404, url);
    sessions.delete(url);
    record.add({ kind: "session ended", by, session, ended });
    return status(200, url);
  }

  return {
    take(by, request) {
      const { callId, purpose, url } = request;
      const key = `endpoint ${callId} ${purpose}`;
      const number = (asked.get(key) ?? 0) + 1;
      asked.set(key, number);
      const own = random.named(`${key} ${number}`);
      const trouble: Trouble | undefined = own.chance(weather.endpoint) ? own.pick(troubles) : undefined;
      const act = () => (purpose === "open" ? open(by, request) : end(by, request));
      const after = (milliseconds: number, result: () => HttpResult) =>
        new Promise<HttpResult>((resolve) => schedule.after(milliseconds, () => resolve(result())));

      switch (trouble) {
        case "slow":
          return after(own.between(1000, PATIENCE - 1), act);
        case "late":
          schedule.after(PATIENCE + own.between(1, 60_000), act);
          return after(PATIENCE, () => ({ kind: "failed", why: "timeout" }));
        case "refuses":
          return after(own.between(5, 500), () => status(own.pick([403, 429, 500, 503]), url));
        case "twice":
          return after(own.between(5, 500), () => (act(), act()));
        case "vanishes":
          return after(own.between(5, 500), () => ({ kind: "failed", why: "unreachable" }));
        case "deaf":
          return after(own.between(5, 500), () => (act(), { kind: "failed", why: "unreachable" }));
        case undefined:
          return after(own.between(5, 300), act);
      }
    },
  };
}

function status(code: number, url: string): HttpResult {
  return { kind: "answered", status: code, url, headers: {}, body: "" };
}
