// The message of the service worker to the page that it has opened. It may come before the page has read its settings, so it is
// listened for from the first moment.

export interface WokenBy {
  /** Address of the caller, `sip:…`. */
  readonly from: string;
  /** Seconds of the epoch: until then the call waits. */
  readonly until: number;
  /** The user has pressed Answer. */
  readonly answers: boolean;
}

let early: WokenBy | undefined;
let listener = (woken: WokenBy) => {
  early = woken;
};

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (isWokenBy(data)) listener(data);
  });
  navigator.serviceWorker.startMessages();
}

/** Calls `act` with messages of the service worker of this page, the one that came before included. */
export function onWoken(act: (woken: WokenBy) => void): void {
  listener = act;
  if (early) act(early);
}

function isWokenBy(data: unknown): data is WokenBy {
  if (typeof data !== "object" || data === null || !("from" in data && "until" in data && "answers" in data))
    return false;
  return typeof data.from === "string" && typeof data.until === "number" && typeof data.answers === "boolean";
}
