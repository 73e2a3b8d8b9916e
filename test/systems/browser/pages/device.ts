// A phone that tests operate by script, the same for each library. A call is named by its peer; events are short
// sentences.
import { listenForKey } from "./keypad-tone.ts";
import { isSilent, packetsFlow } from "./rtp.ts";

export type Library = "jssip" | "sipjs";

export interface Device {
  call(peer: string): Promise<void>;
  answer(peer: string): Promise<void>;
  refuse(peer: string, status: number): Promise<void>;
  /** Cancels, refuses or hangs up, depending on the state of the call. */
  end(peer: string): Promise<void>;
  /** Resolves when the other side has agreed. */
  hold(peer: string): Promise<void>;
  resume(peer: string): Promise<void>;
  /** Offers once more, with another m-line or new credentials for ICE; resolves when the other side has agreed. */
  offer(peer: string, how: "video" | "ice restart"): Promise<void>;
  /** A key of the keypad, as INFO or within the sound (RFC 4733). */
  press(peer: string, key: string, how: "info" | "rtp"): Promise<void>;
  /** Blind transfer: sends the peer to another user. */
  transfer(peer: string, to: string): Promise<void>;
  /** Connects two peers with each other (RFC 3891, Replaces). */
  connect(peer: string, to: string): Promise<void>;
  /** Resolves when the text was accepted. */
  write(peer: string, text: string): Promise<void>;
  /** Subscribes to the presence or the calls of the peer; each document that arrives is an event (`documentEvent`). */
  watch(peer: string, event: WatchedEvent): Promise<void>;
  /** Subscribes once to the presence of all of them (RFC 5367); the documents are events as those of `watch`. */
  watchList(peers: readonly string[]): Promise<void>;
  /** Publishes that the user is away. */
  goAway(): Promise<void>;
  /** Fetches TURN servers as the README does, and uses them in later calls. */
  fetchServers(): Promise<RTCConfiguration>;
}

/** Event packages, with the type of their documents. */
export const documentTypes = { presence: "application/pidf+xml", dialog: "application/dialog-info+xml" } as const;

export type WatchedEvent = keyof typeof documentTypes;

/** `bob is open away`: basic states, and activities (RFC 4480). `bob has early`: the states of calls (RFC 4235). */
export function documentEvent(peer: string, event: WatchedEvent, body: string): string {
  const found = (pattern: RegExp) => [...body.matchAll(pattern)].map(([, word]) => word);
  if (event === "dialog") return [peer, "has", ...found(/<state>(\w+)<\/state>/g)].join(" ");
  const activities = found(/<(?:\w+:)?(away|on-the-phone)\/>/g);
  return [peer, "is", ...found(/<(?:\w+:)?basic>(\w+)</g), ...activities].join(" ");
}

/** The fields and the body of a SUBSCRIBE that brings a list. */
export function listOf(uris: readonly string[]) {
  const entries = uris.map((uri) => `<entry uri="${uri}"/>`).join("");
  return {
    accept: "application/pidf+xml, application/rlmi+xml, multipart/related",
    extraHeaders: ["Supported: eventlist", "Require: recipient-list-subscribe", "Content-Disposition: recipient-list"],
    contentType: "application/resource-lists+xml",
    body: `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${entries}</list></resource-lists>`,
  };
}

/** Of each document in the body of a NOTIFY about a list. */
export function documentEventsIn(contentType: string, body: string): readonly string[] {
  const boundary = /boundary="([^"]+)"/.exec(contentType)?.[1] ?? "";
  return body.split(`--${boundary}`).flatMap((part) => {
    const peer = /<presence [^>]*entity="sip:(\w+)@/.exec(part)?.[1];
    return peer === undefined ? [] : [documentEvent(peer, "presence", part)];
  });
}

/** The functions that each library's phone implements. */
export interface Engine extends Device {
  /** Connection of the call with this peer. */
  media(peer: string): RTCPeerConnection | undefined;
}

/** Further questions of the tests. */
export interface Presented extends Device {
  /** Whether sound arrives from this peer. */
  hears(peer: string): Promise<boolean>;
  /** Whether no sound arrives any more. */
  hearsNothingOf(peer: string): Promise<boolean>;
  /** The next key whose tone arrives from this peer, within five seconds. */
  keyHeardFrom(peer: string): Promise<string | undefined>;
}

declare global {
  // oxlint-disable-next-line no-var -- only `var` adds to globalThis
  var device: Presented;
  /** Reports an event to the test. */
  // oxlint-disable-next-line no-var
  var tell: (event: string) => void;
}

/** Makes a device known to the test. */
export function present(engine: Engine): void {
  globalThis.device = {
    ...engine,
    hears: (peer) => packetsFlow(engine.media(peer)),
    hearsNothingOf: (peer) => isSilent(engine.media(peer)),
    keyHeardFrom: (peer) => listenForKey(engine.media(peer)),
  };
}

/** User that a device signs in as. */
export interface Owner {
  readonly ws: string;
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

export function owner(): Owner {
  const query = new URLSearchParams(location.search);
  const text = (name: string) => query.get(name) ?? "";
  return { ws: text("ws"), domain: text("domain"), user: text("user"), password: text("password") };
}

/** The call with this peer. Throws without such a call. */
export function known<Call>(calls: ReadonlyMap<string, Call>, peer: string): Call {
  const call = calls.get(peer);
  if (call !== undefined) return call;
  throw new Error(`no call with ${peer}, only with ${[...calls.keys()].join(", ") || "nobody"}`);
}
