// A call as a ladder: its parties, and the messages between them and the server, in the order of the log. Shared by the
// pictures in this folder.
import { withoutScheme } from "../address.ts";
import type { LogLine } from "../line.ts";

export interface Party {
  /** `alice@example.com`, for a further phone of the same address with a number. */
  readonly label: string;
  /** Connections it was seen on; more than one after a reconnect. */
  readonly flows: readonly string[];
}

/** Index of the server among the parties: it stands between the caller and the called phones. */
export const SERVER = 1;

export interface Arrow {
  readonly kind: "arrow";
  readonly at: number;
  /** Indices of parties. */
  readonly from: number;
  readonly to: number;
  /** `INVITE`, `180 INVITE` */
  readonly title: string;
  readonly cseq: number | undefined;
  /** The same message was there before. */
  readonly isRepeated: boolean;
}

/** A decision of the server without a message, or the reason for one. */
export interface Note {
  readonly kind: "note";
  readonly at: number;
  readonly text: string;
}

export interface Ladder {
  readonly callId: string;
  /** Addresses of the INVITE. */
  readonly caller: string;
  readonly called: string;
  readonly parties: readonly Party[];
  readonly steps: readonly (Arrow | Note)[];
}

/** Undefined without a line of a message. @param lines of one Call-ID */
export function ladderOf(callId: string, lines: readonly LogLine[]): Ladder | undefined {
  const sorted = lines.toSorted((one, other) => one.at - other.at);
  const first = sorted.find(({ flow, method }) => flow !== undefined && method !== undefined) ?? sorted[0];
  if (first === undefined) return undefined;
  const [caller, called] = [withoutScheme(first.from ?? ""), withoutScheme(first.to ?? "")];
  const parties = createParties(caller, called, first.flow);
  const seen = new Set<string>();
  const steps: (Arrow | Note)[] = [];
  for (const line of sorted) {
    const { at, cseq, flow, method, code } = line;
    const title = line.message.split(" sip:", 1)[0] ?? "";
    const arrow = (from: number, to: number, name: string) => {
      const key = [from, to, name, cseq, line.branch].join(" ");
      steps.push({ kind: "arrow", at, from, to, title: name, cseq, isRepeated: seen.has(key) });
      seen.add(key);
    };
    if (flow !== undefined && (method !== undefined || code !== undefined)) {
      arrow(parties.indexOf(flow, line.from), SERVER, title);
    } else if (line.reason === undefined) steps.push({ kind: "note", at, text: title });
    const text = noteOf(line);
    if (text !== "") steps.push({ kind: "note", at, text });
    for (const sent of line.sent) arrow(SERVER, parties.indexOf(sent.flow), sent.title);
  }
  return { callId, caller, called, parties: parties.all(), steps };
}

function noteOf({ reason, because, forwarded }: LogLine): string {
  const parts = [because ?? reason ?? "", forwarded === undefined ? "" : `forwarded: ${forwarded}`];
  return parts.filter((part) => part !== "").join(" ");
}

interface Parties {
  /** The party on a connection. @param address the sender, by which a phone is found again on another connection */
  indexOf(flow: string, address?: string): number;
  all(): readonly Party[];
}

function createParties(caller: string, called: string, callerFlow: string | undefined): Parties {
  const parties: { label: string; flows: string[] }[] = [
    { label: caller === "" ? "caller" : caller, flows: callerFlow === undefined ? [] : [callerFlow] },
    { label: "server", flows: [] },
  ];
  return {
    indexOf(flow, address) {
      const known = parties.findIndex(({ flows }) => flows.includes(flow));
      if (known >= 0) return known;
      const again =
        address === undefined
          ? -1
          : parties.findIndex(({ label }, at) => at !== SERVER && label === withoutScheme(address));
      if (again >= 0) {
        parties[again]?.flows.push(flow);
        return again;
      }
      const name = withoutScheme(address ?? "") || called || "phone";
      const number = parties.filter(({ label }) => label === name || label.startsWith(`${name} #`)).length;
      parties.push({ label: number === 0 ? name : `${name} #${number + 1}`, flows: [flow] });
      return parties.length - 1;
    },
    all: () => parties,
  };
}
