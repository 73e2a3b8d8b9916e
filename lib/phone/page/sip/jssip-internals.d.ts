// Modules of JsSIP that its typings leave out.
declare module "jssip/lib/Dialog/RequestSender.js" {
  interface Response {
    readonly status_code: number;
  }

  /** Sends one request within a dialog. */
  export default class RequestSender {
    readonly _dialog: { readonly owner: object };
    readonly _eventHandlers: { onErrorResponse(response: Response): void };
    _receiveResponse: (this: RequestSender, response: Response) => void;
  }
}

declare module "jssip/lib/Transactions.js" {
  interface Request {
    readonly method: string;
    readonly to: { hasParam(name: string): boolean };
  }

  interface ServerTransaction {
    onTransportError: () => void;
  }

  export interface ClientTransaction {
    onTransportError: (this: ClientTransaction) => void;
    readonly state: number;
    readonly request: Request;
    readonly transport: { send(request: Request): boolean };
    /** Of an INVITE only. */
    cancel: (this: ClientTransaction, reason?: string) => void;
  }

  export const C: Readonly<Record<"STATUS_TRYING" | "STATUS_PROCEEDING" | "STATUS_CALLING", number>>;
  export const InviteClientTransaction: { readonly prototype: ClientTransaction };
  export const NonInviteClientTransaction: { readonly prototype: ClientTransaction };
  export const InviteServerTransaction: { readonly prototype: ServerTransaction };
  export const NonInviteServerTransaction: { readonly prototype: ServerTransaction };
}

declare module "jssip/lib/SIPMessage.js" {
  import type { UA, URI } from "jssip";

  export interface OutgoingRequest {
    readonly method: string;
  }

  export const OutgoingRequest: new (
    method: string,
    target: URI,
    ua: UA,
    parameters: { readonly call_id?: string },
    headers: readonly string[],
    body?: string,
  ) => OutgoingRequest;
}

declare module "jssip/lib/RequestSender.js" {
  import type { UA } from "jssip";
  import type { OutgoingRequest } from "jssip/lib/SIPMessage.js";

  interface Handlers {
    onRequestTimeout(): void;
    onTransportError(): void;
    onAuthenticated(): void;
    onReceiveResponse(response: object): void;
  }

  /** Sends one request outside of dialogs, with the credentials of the UA. */
  export default class RequestSender {
    constructor(ua: UA, request: OutgoingRequest, handlers: Handlers);
    send(): void;
  }
}
