// The registration of the phone, and the requests that belong to no call.
import { type NameAddrHeader, type Socket, UA, URI } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { newUUID } from "jssip/lib/Utils.js";
import type { IncomingMessageEvent, OutgoingMessageEvent, RTCSessionEvent } from "jssip/lib/UA.js";
import { LONGEST_REGISTRATION_SECONDS } from "../../../sip/policy/expiry.ts";
import { texts } from "../texts.ts";
import { createIceServers } from "./ice-servers.ts";
import type { Activity, Presence } from "./presence.ts";
import { createPublication } from "./publication.ts";
import { registrationReason, type SignInFailure } from "./reasons.ts";
import { repeatUnfinished } from "./reconnect.ts";
import { headerOf, statusOf } from "./status.ts";
import { createWatch } from "./watch.ts";

export type LineState =
  | { readonly kind: "off" }
  | { readonly kind: "connecting" }
  | { readonly kind: "registered" }
  | { readonly kind: "interrupted"; readonly words: string } // tried again without the user
  | { readonly kind: "refused"; readonly words: string }; // needs the user

/** The account that signs in. */
export interface LineAccount {
  readonly user: string;
  readonly domain: string;
  readonly password?: string;
  /** For REGISTER (RFC 8898). */
  readonly bearer?: string;
}

export interface Line {
  /** Starts a call, with further header fields of its INVITE. Throws a TypeError if `target` is not an address. */
  call(target: string, mediaStream: MediaStream, pcConfig: RTCConfiguration, extraHeaders?: string[]): RTCSession;
  /** The TURN servers that a call should use now. */
  iceServers(): Promise<RTCConfiguration>;
  /**
   * Sends a text. Resolves with the status of its final response, 0 without one. Throws a
   * TypeError if `target` is not an address.
   */
  write(target: string, text: string): Promise<number>;
  /** The users of the own domain whose presence is watched from now on. */
  watch(users: readonly string[]): void;
  /** Publishes an activity of the user; undefined: simply available. */
  says(activity: Activity | undefined): void;
  /** Signs out; calls end. */
  close(): void;
}

export interface LineListener {
  changed(state: LineState): void;
  /** An incoming call. `offer` is the SDP of the INVITE. */
  rings(session: RTCSession, offer: string): void;
  /** An incoming text. */
  reads(from: NameAddrHeader, text: string): void;
  /** The presence of a watched user; undefined: unknown. */
  sees(user: string, presence: Presence | undefined): void;
  /** A remark for the SIP log. */
  notes(words: string): void;
}

/** RFC 3261 §21.4.18 */
const UNAVAILABLE = 480;
/** Waits between attempts to register again; the last one is repeated. */
const RETRY_SECONDS = [5, 10, 20, 40, 60] as const;

/** Signs in and stays signed in until `close`. Throws a TypeError if the account makes no SIP address. */
export function openLine(account: LineAccount, socket: Socket, listener: LineListener): Line {
  const { domain } = account;
  const ua = createUa(account, socket);
  const servers = createIceServers(ua, domain, (words) => listener.notes(words));
  const watch = createWatch(ua, domain, (user, presence) => listener.sees(user, presence));
  const publication = createPublication(ua, account.user, domain);
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let wasRegistered = false;
  let isClosed = false;
  const change = (state: LineState) => void (isClosed || listener.changed(state));
  const close = () => {
    isClosed = true;
    clearTimeout(retry);
    publication.close();
    ua.stop();
  };
  /** A first sign-in that fails is never repeated: wrong passwords would count towards the lockout of the account. */
  const failed = ({ words, passing }: SignInFailure, retryAfter = 0) => {
    if (!passing || !wasRegistered) {
      change({ kind: "refused", words });
      close();
      socket.disconnect(); // JsSIP would keep it until its last transaction is over
      return;
    }
    change({ kind: "interrupted", words: texts.line.again(words) });
    const wait = Math.max(retryAfter, RETRY_SECONDS[Math.min(failures, RETRY_SECONDS.length - 1)] ?? 0);
    failures += 1;
    clearTimeout(retry);
    retry = setTimeout(() => {
      if (ua.isConnected()) ua.register(); // a new connection registers by itself
    }, wait * 1000);
  };

  ua.on("connecting", ({ attempts }) => {
    if (attempts <= 1) change({ kind: "connecting" });
  });
  ua.on("registered", () => {
    wasRegistered = true;
    failures = 0;
    repeatUnfinished(ua);
    change({ kind: "registered" });
    servers.prepare();
    watch.resume();
    publication.resume();
  });
  ua.on("disconnected", () => {
    change({ kind: "interrupted", words: wasRegistered ? texts.line.lost : texts.signIn.failures.unreachable });
  });
  ua.on("registrationFailed", ({ response, cause }) => {
    const status = statusOf(response);
    const retryAfter = Number.parseInt(headerOf(response, "Retry-After") ?? "0", 10) || 0;
    if (String(cause) === "Connection Error") return; // `disconnected` says it, and JsSIP connects again
    failed(registrationReason({ ...(cause && { cause }), ...(status && { status }), retryAfter }, domain), retryAfter);
  });
  ua.on("newRTCSession", ({ session, request }: RTCSessionEvent) => {
    const direction: string = session.direction; // the typings have an enum that the library does not export
    if (isClosed) return session.terminate({ status_code: UNAVAILABLE }); // its sign-out is still under way
    if (direction === "incoming") listener.rings(session, request.body);
  });
  ua.on("newMessage", ({ message, request }: IncomingMessageEvent | OutgoingMessageEvent) => {
    const direction: string = message.direction;
    if (direction === "incoming") listener.reads(request.from, request.body);
  });
  ua.start();

  return {
    call: (target, mediaStream, pcConfig, extraHeaders = []) =>
      ua.call(target, { mediaStream, pcConfig, extraHeaders }),
    iceServers: () => servers.get(),
    write: (target, text) => {
      const { promise, resolve } = Promise.withResolvers<number>();
      const ended = ({ response }: { readonly response: unknown }) => resolve(statusOf(response) ?? 0);
      ua.sendMessage(target, text, { eventHandlers: { succeeded: ended, failed: ended } });
      return promise;
    },
    watch: (users) => watch.set(users),
    says: (activity) => publication.set(activity),
    close,
  };
}

/** RFC 5626 §4.1. JsSIP would make one for each sign-in, and the server counts failed sign-ins by device. */
const device = newUUID();

/** A user name may hold any character: it is escaped in the address and kept as it is for the password. */
function createUa({ user, domain, password, bearer }: LineAccount, socket: Socket): UA {
  try {
    return new UA({
      sockets: socket,
      uri: new URI("sip", user, domain).toString(),
      authorization_user: user,
      instance_id: device,
      register_expires: LONGEST_REGISTRATION_SECONDS,
      connection_recovery_max_interval: 15,
      ...(password !== undefined && { password }),
      ...(bearer !== undefined && { authorization_jwt: `Bearer ${bearer}` }),
    });
  } catch (error) {
    throw new TypeError(`${user}@${domain} is not an address`, { cause: error });
  }
}
