// A module of JsSIP that its typings leave out.
declare module "jssip/lib/Dialog/RequestSender.js" {
  interface Response {
    readonly status_code: number;
  }

  /** Sends one request within a dialog. */
  export default class RequestSender {
    readonly _eventHandlers: { onErrorResponse(response: Response): void };
    _receiveResponse: (this: RequestSender, response: Response) => void;
  }
}
