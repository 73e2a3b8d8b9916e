// TURN servers for the calls of a line: asked for at sign-in, and again at a call when half of their lifetime is over.
// A call waits two seconds for them at most, and does without.
import { type UA, URI } from "jssip";
import { statusOf } from "./status.ts";

declare module "jssip/lib/UA.js" {
  interface UA {
    sendOptions(target: URI, body: undefined, options: SendOptions): void; // which its typings lack
  }
}

interface SendOptions {
  readonly extraHeaders: readonly string[];
  readonly eventHandlers: {
    readonly succeeded: (event: Succeeded) => void;
    readonly failed: (event: Failed) => void;
  };
}

interface Succeeded {
  readonly response: { readonly body?: string };
}

interface Failed {
  readonly response: unknown;
  readonly cause: string;
}

export interface IceServers {
  /** Asks for them ahead of the next call. */
  prepare(): void;
  /** The configuration for the next call. */
  get(): Promise<RTCConfiguration>;
}

/** The body of the answer, JSON or empty, or the reason for a failure. */
type Answer = { readonly ok: true; readonly body: string } | { readonly ok: false; readonly words: string };

/** A configuration for RTCPeerConnection and its lifetime in seconds. */
interface Body extends RTCConfiguration {
  readonly ttl: number;
}

interface Known {
  readonly configuration: RTCConfiguration;
  /** Milliseconds of the epoch. */
  readonly staleAt: number;
  readonly overAt: number;
}

const RTC_CONFIGURATION = "application/vnd.sip-serverless.rtc-configuration+json";
/** The longest that a call waits for new ones. */
const PATIENCE_MILLISECONDS = 2_000;

const none: Known = { configuration: {}, staleAt: 0, overAt: 0 };

/** `failed` gets the reason why the server gave none. */
export function createIceServers(ua: UA, domain: string, failed: (words: string) => void): IceServers {
  let known = none;
  let underWay: Promise<void> | undefined;

  const renew = async (): Promise<void> => {
    const answer = await ask(ua, domain);
    underWay = undefined;
    if (answer.ok) known = toKnown(answer.body, Date.now());
    else failed(answer.words);
  };
  const refresh = (): Promise<void> => (underWay ??= renew());

  return {
    prepare: () => void refresh(),
    get: async () => {
      if (Date.now() >= known.staleAt) await Promise.race([refresh(), pause(PATIENCE_MILLISECONDS)]);
      return Date.now() < known.overAt ? known.configuration : {};
    },
  };
}

/** RFC 3261 §11: an OPTIONS to the domain that accepts this type alone. An empty answer: the deployment has no TURN server. */
function ask(ua: UA, domain: string): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  ua.sendOptions(new URI("sip", "", domain), undefined, {
    extraHeaders: [`Accept: ${RTC_CONFIGURATION}`],
    eventHandlers: {
      succeeded: ({ response }: Succeeded) => resolve({ ok: true, body: response.body ?? "" }),
      failed: ({ response, cause }: Failed) =>
        resolve({ ok: false, words: `No TURN servers: ${statusOf(response) ?? cause}` }),
    },
  });
  return promise;
}

/** An empty answer is valid until the next sign-in. */
function toKnown(body: string, now: number): Known {
  if (body === "") return { configuration: {}, staleAt: Infinity, overAt: Infinity };
  const { ttl, ...configuration }: Body = JSON.parse(body);
  return { configuration, staleAt: now + (ttl * 1000) / 2, overAt: now + ttl * 1000 };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
