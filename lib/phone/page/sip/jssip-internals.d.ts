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
