// The registration of the phone, and the requests that belong to no call.
import { type Socket, UA, URI } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession.js";
import type { IncomingMessageEvent, OutgoingMessageEvent, RTCSessionEvent } from "jssip/lib/UA.js";
import { LONGEST_REGISTRATION_SECONDS } from "../../../sip/policy/expiry.ts";
import type { Digest } from "../sign-in/kept.ts";
import { texts } from "../texts.ts";
import { createIceServers } from "./ice-servers.ts";
import { ownSettings, type OwnSettingsAnswer, type OwnSettingsChange } from "./own-settings.ts";
import type { Activity } from "./presence.ts";
import { createPublication } from "./publication.ts";
import { registrationReason, type SignInFailure } from "./reasons.ts";
import { repeatUnfinished } from "./reconnect.ts";
import { headerOf, phraseOf, statusOf } from "./status.ts";
import { receiveText, sendText, type TextListener } from "./text.ts";
import { createWatch, type Sights } from "./watch.ts";

export type LineState =
  | { readonly kind: "off" }
  | { readonly kind: "connecting" }
  | { readonly kind: "registered"; readonly pushKey?: string } // the key, if the server wakes devices
  | { readonly kind: "interrupted"; readonly words: string } // tried again without the user
  | { readonly kind: "refused"; readonly words: string }; // needs the user

/** The account that signs in. */
export interface LineAccount {
  readonly user: string;
  readonly domain: string;
  readonly password?: string;
  /** For REGISTER (RFC 8898). */
  readonly bearer?: string;
  /** In place of a password. */
  readonly digest?: Digest;
  /** Name of the device: the server counts failed sign-ins by it. */
  readonly device: string;
  /** Parameters of the contact URI (RFC 8599). */
  readonly contact: string;
}

export interface Line {
  /** Starts a call, with further header fields of its INVITE. Throws a TypeError if `target` is not an address. */
  call(target: string, mediaStream: MediaStream, pcConfig: RTCConfiguration, extraHeaders?: string[]): RTCSession;
  /** The TURN servers that a call should use now. */
  iceServers(): Promise<RTCConfiguration>;
  /**
   * Sends a text. Resolves with the status of its final response, 0 without one. Throws a TypeError if `target` is not an
   * address.
   * @param id its Call-ID, which a delivery notification names
   */
  write(target: string, text: string, id: string): Promise<number>;
  /** The users and groups of the own domain whose presence is watched from now on. */
  watch(users: readonly string[]): void;
  /** Publishes an activity of the user; undefined: simply available. */
  says(activity: Activity | undefined): void;
  /** The settings that the server keeps for this user, after the change if there is one. */
  ownSettings(change?: OwnSettingsChange): Promise<OwnSettingsAnswer>;
  /** Registers again with these parameters of the contact URI (RFC 8599). */
  announce(contact: string): void;
  /** The digest that the line has signed in with. */
  digest(): Digest | undefined;
  /** Signs out; calls end. */
  close(): void;
  /** Ends the calls, and leaves the registration so that a push can wake the device. */
  leave(): void;
}

/** The request of an incoming call. */
export interface Invite {
  /** SDP. */
  readonly body: string;
}

export interface LineListener extends TextListener, Sights {
  changed(state: LineState): void;
  rings(session: RTCSession, invite: Invite): void;
  /** The server does not take the push service that the contact names. */
  refusesPush(): void;
  /** A remark for the SIP log. */
  notes(words: string): void;
}

declare module "jssip/lib/Registrator.js" {
  interface Registrator {
    _contact: string; // which its typings lack
  }
}

/** RFC 8599 §14.7 */
const PUSH_KEY = /;\+sip\.vapid="([\w-]+)"/;
/** RFC 3261 §21.4.18 */
const UNAVAILABLE = 480;
/** Waits between attempts to register again; the last one is repeated. */
const RETRY_SECONDS = [5, 10, 20, 40, 60] as const;

/** Signs in and stays signed in until `close`. Throws a TypeError if the account makes no SIP address. */
export function openLine(account: LineAccount, socket: Socket, listener: LineListener): Line {
  const { domain } = account;
  const ua = createUa(account, socket);
  const servers = createIceServers(ua, domain, (words) => listener.notes(words));
  const watch = createWatch(ua, domain, listener);
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
  ua.on("registered", ({ response }) => {
    const pushKey = PUSH_KEY.exec(headerOf(response, "Feature-Caps") ?? "")?.[1];
    wasRegistered = true;
    failures = 0;
    repeatUnfinished(ua);
    change({ kind: "registered", ...(pushKey !== undefined && { pushKey }) });
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
    if (isPushRefused(status, phraseOf(response))) return listener.refusesPush();
    failed(registrationReason({ ...(cause && { cause }), ...(status && { status }), retryAfter }, domain), retryAfter);
  });
  ua.on("newRTCSession", ({ session, request }: RTCSessionEvent) => {
    const direction: string = session.direction; // the typings have an enum that the library does not export
    if (isClosed) return session.terminate({ status_code: UNAVAILABLE }); // its sign-out is still under way
    if (direction === "incoming") listener.rings(session, request);
  });
  ua.on("newMessage", ({ message, request }: IncomingMessageEvent | OutgoingMessageEvent) => {
    const direction: string = message.direction;
    if (direction !== "incoming") return;
    if (isClosed) return message.reject({ status_code: UNAVAILABLE }); // the server keeps the text
    receiveText(ua, message, request, listener);
  });
  announce(ua, account.contact);
  ua.start();

  return {
    call: (target, mediaStream, pcConfig, extraHeaders = []) =>
      ua.call(target, { mediaStream, pcConfig, extraHeaders }),
    iceServers: () => servers.get(),
    write: (target, text, id) => sendText(ua, domain, target, text, id),
    watch: (users) => watch.set(users),
    says: (activity) => publication.set(activity),
    ownSettings: (change) => ownSettings(ua, account.user, domain, change),
    announce: (contact) => {
      announce(ua, contact);
      ua.register();
    },
    digest: () => {
      const [realm, ha1] = [ua.get("realm"), ua.get("ha1")];
      return realm && ha1 ? { realm, ha1 } : undefined;
    },
    close,
    leave: () => {
      isClosed = true;
      publication.close();
      ua.terminateSessions();
    },
  };
}

/** Writes the parameters into the contact of the next REGISTER alone (RFC 8599 §4.1). */
function announce(ua: UA, parameters: string): void {
  const registrator = ua.registrator();
  const [, uri = "", rest = ""] = /^<([^>]*?)(?:;pn-[^>]*)?>(.*)$/.exec(registrator._contact) ?? [];
  registrator._contact = `<${uri}${parameters === "" ? "" : `;${parameters}`}>${rest}`;
}

/** RFC 8599 §5.6.1.1: 555. The other two are of this server. */
function isPushRefused(status: number | undefined, phrase: string | undefined): boolean {
  return status === 555 || phrase === "Malformed Push Address" || phrase === "Push Host Not Allowed";
}

/** A user name may hold any character: it is escaped in the address and kept as it is for the password. */
function createUa(account: LineAccount, socket: Socket): UA {
  const { user, domain, password, bearer, digest, device } = account;
  try {
    return new UA({
      sockets: socket,
      uri: new URI("sip", user, domain).toString(),
      authorization_user: user,
      instance_id: device,
      register_expires: LONGEST_REGISTRATION_SECONDS,
      connection_recovery_max_interval: 15,
      ...(password !== undefined && { password }),
      ...digest,
      ...(bearer !== undefined && { authorization_jwt: `Bearer ${bearer}` }),
    });
  } catch (error) {
    throw new TypeError(`${user}@${domain} is not an address`, { cause: error });
  }
}
