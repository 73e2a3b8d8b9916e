// A call that the page was left in, as by a reload. The tab keeps it, so that the page can say so when it is back.
import type { CallState } from "../sip/call-state.ts";

export interface LeftCall {
  readonly name: string;
  readonly address: string;
  readonly video: boolean;
}

interface Stored extends LeftCall {
  readonly account: string;
  /** Milliseconds of the epoch. */
  readonly at: number;
}

const LEFT = "phone.left-call";
/** After so long the call is one of the list. */
const FRESH_MILLISECONDS = 10 * 60_000;

/** Keeps the call that is heard, unless it only rings here. */
export function noteLeftCall(account: string, calls: readonly CallState[]): void {
  const call = calls.findLast(({ phase }) => phase !== "incoming");
  if (call === undefined) return;
  const { peer, hasLocalVideo } = call;
  const left: Stored = { account, ...peer, video: hasLocalVideo, at: Date.now() };
  try {
    sessionStorage.setItem(LEFT, JSON.stringify(left));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // full or forbidden: the page works without
  }
}

/** At sign-out: the name and address of its peer are not for the next user of the tab. */
export function forgetLeftCall(): void {
  try {
    sessionStorage.removeItem(LEFT);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // forbidden
  }
}

/** The call of this account, once. */
export function takeLeftCall(account: string): LeftCall | undefined {
  try {
    const left: Stored | null = JSON.parse(sessionStorage.getItem(LEFT) ?? "null");
    sessionStorage.removeItem(LEFT);
    const isFresh = left?.account === account && Date.now() - left.at < FRESH_MILLISECONDS;
    return isFresh ? left : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined; // damaged or forbidden
    throw error;
  }
}
