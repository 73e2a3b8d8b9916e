// The actions outside that a decision asks for, carried out after its commit: messages, closed connections, pushes, requests
// over HTTP, and looks at watched states.
import type { PushAddress } from "./state/push-address.ts";
import type { Subscription } from "./state/subscription.ts";
import type { SipMessage, SipRequest } from "./syntax/message.ts";
import type { BranchName } from "./tokens/via-branch.ts";
import type { Endpoint, FlowId } from "./transport/endpoint.ts";

/**
 * An action after the commit that is visible outside. A new kind needs a member here, a case in `carryOut` of
 * `lib/signaling/deliver.ts`, and a function in `Ports`.
 */
export type Effect = Send | Close | Push | Look | HttpRequest;

/** A message for a flow. */
export interface Send {
  readonly kind: "send";
  readonly to: Endpoint;
  readonly message: SipMessage;
  /** The client branch of the request: a failed delivery is decided on as a response to it (RFC 3261 §16.9). */
  readonly branch?: BranchName;
  /** Not the function's result, which is lost without notice where its connection has closed. */
  readonly isPosted?: true;
  /** The response context whose INVITE this final response answers: it is kept if the caller has no connection. */
  readonly answers?: string;
  /** The subscription that this NOTIFY belongs to. */
  readonly subscription?: SubscriptionName & {
    /** The connection was looked for, or was slow, and this is the last try. */
    readonly isRepeated?: true;
  };
}

export type SubscriptionName = Pick<Subscription, "resource" | "id">;

/** A push notification for a device without a connection (RFC 8599). */
export interface Push {
  readonly kind: "push";
  /** The device. */
  readonly to: Endpoint;
  readonly address: PushAddress;
  /**
   * It rings the device, ends the ringing, says that a text or a request within a dialog waits, or asks the device to register
   * again.
   */
  readonly why: "call" | "stop" | "message" | "request" | "refresh";
  /** JSON, readable as declarative Web Push. */
  readonly notice: string;
  /** A later push of the same topic replaces one that was not delivered yet (RFC 8030 §5.4). */
  readonly topic: string;
  /** Seconds that the service keeps it for a device that cannot be reached. */
  readonly ttlSeconds: number;
  /** The branch of the call that waits for the device; absent where none does. */
  readonly branch?: BranchName;
  /** Id of the stored text that it announces; absent for any other. */
  readonly text?: string;
  /** 1 for the first one. */
  readonly attempt: number;
}

/**
 * Why a push was not taken: its service does not know the address any more, asks for a later attempt, or refuses for another
 * reason.
 */
export type PushFailure = "gone" | "failed" | { readonly retryAfterSeconds: number };

/** Closes a connection; one that is closed already is fine. */
export interface Close {
  readonly kind: "close";
  readonly flow: FlowId;
}

/** The state that watchers see is compared with registrations and calls, as a decision of its own on fresh reads. */
export interface Look {
  readonly kind: "look";
  readonly resource: string;
  /** The response context of a call that has changed. */
  readonly call?: string;
  /** The resource of a member that has changed, for a resource list. */
  readonly member?: string;
}

/** A request to the endpoint of an HTTP callee. Its result is decided on (`http-callee/answered.ts`). */
export interface HttpRequest {
  readonly kind: "http";
  /** The flow of the callee. */
  readonly flow: FlowId;
  readonly purpose: "open" | "restart" | "end";
  /** Key of the session. */
  readonly session: string;
  readonly callId: string;
  readonly method: string;
  readonly url: string;
  /** Those of the protocol; they go wherever the request goes. */
  readonly headers: Readonly<Record<string, string>>;
  readonly configured: ConfiguredHeaders;
  readonly body?: string;
  /** The SIP request that waits for the result. */
  readonly answers?: SipRequest;
}

/** Headers of the callee's policy, for the origin of its URL alone: a redirection or a Location elsewhere gets none of them. */
export interface ConfiguredHeaders {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Name or ARN of the secret with the bearer token. */
  readonly secret?: string;
}

export type HttpResult =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** The URL that answered, after redirections. */
      readonly url: string;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: "failed"; readonly why: HttpFailure };

/**
 * No answer in time; no connection or no whole answer; a host or an address that is not allowed; a secret that cannot be
 * read.
 */
export type HttpFailure = "timeout" | "unreachable" | "not allowed" | "no secret";

/** Why a message was not delivered: no such connection, over the platform's size, a slow reader, or a failure of AWS. */
export type SendFailure = "gone" | "too large" | "busy" | "failed";

export function send(to: Endpoint, message: SipMessage, branch?: BranchName): Send {
  return { kind: "send", to, message, ...(branch !== undefined && { branch }) };
}
