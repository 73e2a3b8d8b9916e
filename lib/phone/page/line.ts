// The line to the server: signed in, or why not.
import { type NameAddrHeader, type Socket, UA } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession.js";
import type { IncomingMessageEvent, OutgoingMessageEvent, RTCSessionEvent } from "jssip/lib/UA.js";
import type { Account } from "./config.ts";
import { createIceServers } from "./ice-servers.ts";
import { registrationReason } from "./reasons.ts";
import { statusOf } from "./status.ts";

export type LineState =
  | { readonly kind: "connecting" }
  | { readonly kind: "registered" }
  | { readonly kind: "interrupted"; readonly words: string } // comes back by itself
  | { readonly kind: "refused"; readonly words: string }; // wants a person

export interface Line {
  /** Starts a call. Throws a TypeError if `target` is no address. */
  call(target: string, mediaStream: MediaStream, pcConfig: RTCConfiguration): RTCSession;
  /** The TURN servers that a call should use now. */
  iceServers(): Promise<RTCConfiguration>;
  /**
   * Sends a text. Undefined when it arrived, else the status that stood against it, 0 without one. Throws a TypeError if
   * `target` is no address.
   */
  write(target: string, text: string): Promise<number | undefined>;
  /** Signs out; calls end. */
  close(): void;
}

export interface LineListener {
  changed(state: LineState): void;
  /** Somebody calls. `offer` is the SDP of the INVITE. */
  rings(session: RTCSession, offer: string): void;
  /** Something is missing that nobody asked for: for the log. */
  lacks(words: string): void;
  /** Somebody writes. */
  reads(from: NameAddrHeader, text: string): void;
}

/** The refresh must come before the ten minutes after which API Gateway drops a silent connection. */
const EXPIRES_SECONDS = 540;
const RETRY_MILLISECONDS = 5_000;

/** Signs in and stays signed in until `close`. */
export function openLine({ user, password, domain }: Account, socket: Socket, listener: LineListener): Line {
  const ua = new UA({ sockets: socket, uri: `sip:${user}@${domain}`, password, register_expires: EXPIRES_SECONDS });
  const servers = createIceServers(ua, domain, (words) => listener.lacks(words));
  let retry: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  const close = () => {
    isClosed = true;
    clearTimeout(retry);
    ua.stop();
  };

  ua.on("connecting", ({ attempts }) => {
    if (attempts <= 1) listener.changed({ kind: "connecting" });
  });
  ua.on("registered", () => {
    listener.changed({ kind: "registered" });
    servers.prepare();
  });
  ua.on("disconnected", () => {
    if (!isClosed) listener.changed({ kind: "interrupted", words: "The server cannot be reached. Trying again …" });
  });
  ua.on("registrationFailed", ({ response, cause }) => {
    const status = statusOf(response);
    const { words, passing } = registrationReason({ ...(cause && { cause }), ...(status && { status }) });
    if (!passing) {
      close();
      listener.changed({ kind: "refused", words });
      return;
    }
    listener.changed({ kind: "interrupted", words: `${words} Trying again …` });
    clearTimeout(retry);
    retry = setTimeout(() => {
      if (ua.isConnected()) ua.register(); // a new connection registers by itself
    }, RETRY_MILLISECONDS);
  });
  ua.on("newRTCSession", ({ session, request }: RTCSessionEvent) => {
    const direction: string = session.direction; // the typings have an enum that the library does not export
    if (direction === "incoming") listener.rings(session, request.body);
  });
  ua.on("newMessage", ({ message, request }: IncomingMessageEvent | OutgoingMessageEvent) => {
    const direction: string = message.direction;
    if (direction === "incoming") listener.reads(request.from, request.body);
  });
  ua.start();

  return {
    call: (target, mediaStream, pcConfig) => ua.call(target, { mediaStream, pcConfig }),
    iceServers: () => servers.get(),
    write: (target, text) => {
      const { promise, resolve } = Promise.withResolvers<number | undefined>();
      const succeeded = () => resolve(undefined);
      const failed = ({ response }: { readonly response: unknown }) => resolve(statusOf(response) ?? 0);
      ua.sendMessage(target, text, { eventHandlers: { succeeded, failed } });
      return promise;
    },
    close,
  };
}
