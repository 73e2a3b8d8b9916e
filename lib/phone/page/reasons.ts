// Why something did not work, in words for the person in front of the phone. The number stays in the SIP log.

/** What a SIP library knows about an end or a failure. */
export interface Cause {
  readonly originator?: string;
  readonly cause?: string | null;
  /** Status code of the response, if a response was the cause. */
  readonly status?: number;
}

/** Why signing in failed. `passing`: it may work later by itself. */
export function registrationReason({ cause, status }: Cause): { readonly words: string; readonly passing: boolean } {
  if (status === 401 || status === 403 || status === 404 || status === 407) {
    return { words: "Name or password is wrong.", passing: false };
  }
  if (cause === "Request Timeout") return { words: "The server does not answer.", passing: true };
  if (cause === "Connection Error") return { words: "The connection was lost.", passing: true };
  if (status === 503) return { words: "Too many failed sign-ins, or the server is busy.", passing: true };
  if (status !== undefined && status >= 500) return { words: "The server is in trouble.", passing: true };
  return { words: `The server refused the sign-in${status === undefined ? "" : ` (${status})`}.`, passing: false };
}

/** How a call ended, told to the side that reads it. */
export function callReason(peer: string, incoming: boolean, { originator, cause, status }: Cause): string {
  const missed = `Missed call from ${peer}.`;
  const ownDoing: Words = { Terminated: "You hung up.", Canceled: "Call cancelled.", Rejected: "Call declined." };
  const anyonesDoing: Words = {
    Terminated: `${peer} hung up.`,
    Canceled: missed,
    "No Answer": incoming ? missed : `${peer} did not answer.`,
    Expires: incoming ? missed : `${peer} did not answer.`,
    "Request Timeout": "The server does not answer.",
    "Connection Error": "The connection to the server was lost.",
    "User Denied Media Access": "The browser gave no access to the microphone or camera.",
    "RTP Timeout": UNCONNECTED,
    "WebRTC Error": UNCONNECTED,
    "Bad Media Description": UNCONNECTED,
    "No ACK": "The other side vanished.",
    "Dialog Error": "The other side vanished.",
  };
  const told = (originator === "local" ? ownDoing[cause ?? ""] : undefined) ?? anyonesDoing[cause ?? ""];
  const answered = status === undefined ? undefined : statusWords(peer)[status];
  return told ?? answered ?? `The call failed${status === undefined ? "" : ` (${status})`}.`;
}

/** Why somebody did not take a call over. Status 0: there was no answer. */
export function transferReason(target: string, status: number): string {
  return statusWords(target)[status] ?? `The transfer failed${status === 0 ? "" : ` (${status})`}.`;
}

/** Why a text did not arrive. Status 0: there was no answer. */
export function textReason(target: string, status: number): string {
  return statusWords(target)[status] ?? `The text was not delivered${status === 0 ? "" : ` (${status})`}.`;
}

type Words = Readonly<Record<string, string>>;

const UNCONNECTED = "Sound and picture could not be connected.";

function statusWords(peer: string): Words {
  const unknown = `There is nobody called ${peer}.`;
  const offline = `${peer} is not online.`;
  const busy = `${peer} is busy.`;
  const unsuitable = `${peer}'s phone cannot take this kind of call.`;
  return {
    403: "The server does not allow this call.",
    404: unknown,
    408: `${peer} did not answer.`,
    410: offline,
    416: "This kind of address cannot be called.",
    430: offline,
    480: offline,
    486: busy,
    488: unsuitable,
    600: busy,
    603: `${peer} declined the call.`,
    604: unknown,
    606: unsuitable,
  };
}
