// The line of the user that is signed in, and the messages on it for the SIP log.
import { type Line, type LineAccount, type LineListener, openLine } from "../sip/line.ts";
import { createWire, type WireEvent } from "../sip/wire.ts";
import type { PhoneState } from "../state/state.ts";
import type { Store } from "../state/store.ts";

export interface CurrentLine {
  readonly get: () => Line | undefined;
  /**
   * Opens a line. Throws a TypeError if the account makes no SIP address.
   * @param token a fresh one for each connection
   */
  readonly open: (
    account: LineAccount,
    listener: Omit<LineListener, "notes">,
    token: (() => Promise<string>) | undefined,
  ) => void;
  /** Signs out; calls end. */
  readonly close: () => void;
}

const MOST_EVENTS = 300;

/** @param url of the server, `wss:` */
export function createCurrentLine(url: string, store: Store<PhoneState>): CurrentLine {
  let line: Line | undefined;
  let events = 0;
  const log = (event: WireEvent) => {
    events += 1;
    store.set({ log: [...store.state.log, { ...event, id: events }].slice(-MOST_EVENTS) });
  };
  const notes = (text: string) => log({ at: new Date(), direction: "none", text });

  return {
    get: () => line,
    open: (account, listener, token) => {
      const socket = createWire({ url, show: log, ...(token && { token }) });
      line = openLine(account, socket, { ...listener, notes });
    },
    close: () => {
      line?.close();
      line = undefined;
    },
  };
}
