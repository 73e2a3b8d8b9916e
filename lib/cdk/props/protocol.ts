// Props about SIP itself. They become the functions' settings; the defaults and their reasons are in `lib/sip/policy/`.
import type { RingOnReturn, Settings } from "../../sip/policy/settings.ts";

/** A setting that is added without a description here is a prop nevertheless; a test asks for the description. */
export interface ProtocolProps
  extends Partial<Omit<Settings, "domains" | "hosts" | "bearer" | "usersAreElsewhere" | "push" | "httpHosts">> {
  /**
   * The one domain of the deployment, the right-hand side of its addresses. It needs no DNS entry. Short for
   * `domains: [domain]`.
   * @default - the name of `customDomain`, or the host name of the API
   * @example "example.com"
   */
  readonly domain?: string;
  /**
   * Several domains. Each is a digest realm of its own; the first names the server in Via.
   * @default - `[domain]`
   * @example ["example.com", "example.org"]
   */
  readonly domains?: readonly string[];
  /**
   * How long a registration lasts, in seconds. The maximum is 540: a refresh must come before API Gateway closes a
   * connection that was idle for ten minutes.
   * @default { min: 60, default: 540, max: 540 }
   * @example { min: 60, default: 300, max: 540 }
   */
  readonly registration?: Settings["registration"];
  /**
   * Devices that one address may have registered at a time. A call rings all of them.
   * @default 10
   * @example 3
   */
  readonly maxBindings?: number;
  /**
   * A device beyond `maxBindings` is refused with 403 (`"refuse"`), or it replaces the device that was refreshed least recently
   * (`"replace-oldest"`), which gets no notice and returns with its next refresh.
   * @default "refuse"
   * @example "replace-oldest"
   */
  readonly whenFull?: Settings["whenFull"];
  /**
   * Algorithms of the digest challenges, in the order they are offered. JsSIP 3.13 and SIP.js 0.21 read only the last
   * challenge and support only MD5.
   * @default ["SHA-256", "MD5"]
   * @example ["SHA-256"]
   */
  readonly digestAlgorithms?: Settings["digestAlgorithms"];
  /**
   * Failed logins until a lock, and how long it lasts: for a user from one network (`pair`), for a network (`source`) and for
   * a user from anywhere (`aor`).
   * @default - `pair`: 5 failures, 30 s doubling to 900 s, forgotten 7200 s after the last failure; `source`: 100, 60 s to
   * 3600 s, and `aor`: 500, 30 s to 120 s, both forgotten twelve hours after the first
   * @example { ...defaultLockoutPolicy, pair: { failures: 3, firstSeconds: 60, longestSeconds: 3600 } }
   */
  readonly lockout?: Settings["lockout"];
  /**
   * Timer C of RFC 3261 §16.6: seconds after the last provisional response until the caller gets 408.
   * @default 185
   * @example 300
   */
  readonly ringSeconds?: number;
  /**
   * `proxy` carries calls; `redirect` answers them with 302 and the contacts. A subscriber's own policy overrides it.
   * @default "proxy"
   * @example "redirect"
   */
  readonly routing?: Settings["routing"];
  /**
   * `routing` for single domains.
   * @default {}
   * @example { "example.org": "redirect" }
   */
  readonly routingByDomain?: Settings["routingByDomain"];
  /**
   * Whether the proxy itself follows a 3xx response of a phone, instead of passing it to the caller.
   * @default false
   * @example true
   */
  readonly followsRedirects?: boolean;
  /**
   * When two devices answer a call at the same instant: `forward` passes both 200 responses to the caller, which ends the
   * second dialog (RFC 3261 §13.2.2.4); `end` passes the first one only, and the proxy ends the second dialog with ACK and
   * BYE. JsSIP as the caller cannot end it: choose `end` where JsSIP calls users with several devices.
   * @default "forward"
   * @example "end"
   */
  readonly laterAnswers?: Settings["laterAnswers"];
  /**
   * When a device that registers while a call rings its user rings too: `at once`, which costs each INVITE a write more (two
   * units with a usual offer), or `with the next look` at the call, 32 s after the INVITE and then every 30 s, at no cost.
   * @default - `at once`; `with the next look` where `calls` is `"stateless"`
   * @example "with the next look"
   */
  readonly ringOnReturn?: RingOnReturn;
  /**
   * Whether an answered call has a row until it ends (`"tracked"`): calls can then be listed and ended, and a call whose phone
   * is gone ends for the other phone. `"stateless"` saves five writes a call, and by its default of
   * `ringOnReturn` a sixth; `docs/cost.md` has the price of both.
   * @default "tracked"
   * @example "stateless"
   */
  readonly calls?: Settings["calls"];
  /**
   * Seconds that a phone in a tracked call may be without a connection before the call is ended. JsSIP tries to connect again
   * after pauses of up to 30 seconds.
   * @default 90
   * @example 300
   */
  readonly lostCallSeconds?: number;
  /**
   * Seconds after which a tracked call is ended, up to 10,800; 0 for no limit.
   * @default 0
   * @example 7200
   */
  readonly longestCallSeconds?: number;
  /**
   * Texts (SIP MESSAGE) to a user without a device wait and are delivered in order when a device registers: for how many
   * seconds (0 to store none), how many for one user and how many of these by one sender, and the length of one in characters.
   * @default - 604800 seconds; 100 for a user, 50 by a sender; 16384 characters
   * @example { ...defaultMessagePolicy, keepSeconds: 86400 }
   */
  readonly messages?: Settings["messages"];
  /**
   * Foreign domains that are reached by a registered device, such as a gateway to the telephone network: domain to the
   * address of the device.
   * @default {}
   * @example { "pstn.example": "sip:gateway@example.com" }
   */
  readonly peers?: Settings["peers"];
  /**
   * Requests per second and bursts that one connection, one address and one network may send.
   * @default - `defaultRatePolicy`: a connection 20 requests a second (burst 400) and 100 other messages (2000), an address 40
   * requests (800), a network 200 (2000)
   * @example { ...defaultRatePolicy, flowRequests: { perSecond: 50, burst: 500 } }
   */
  readonly rates?: Settings["rates"];
  /**
   * Seconds within which a new connection must log in, or it is closed. Not used where `tokens` are checked at the
   * handshake.
   * @default 30
   * @example 60
   */
  readonly loginSeconds?: number;
}
