// The billed numbers of a piece of work on a local cloud, to be compared with those that lib/operations states.
import type { Counted } from "../../../lib/operations/prices.ts";
import { octetsOf } from "./log-octets.ts";
import type { Service } from "./service.ts";

export interface Counter {
  /** The work begins now. Timers of earlier work are due before. */
  begin(): Promise<void>;
  /**
   * The numbers since the begin. Operations are exact; a timer is sent, received and deleted, with an
   * invocation of its own: those that are due together here are not on AWS. The log has ids and
   * durations of different lengths: its stated size is returned if the measured size is at most that and less than a tenth
   * below. GB-milliseconds are estimated elsewhere.
   */
  counted(stated: Counted): Promise<Counted>;
  /** Octets of the functions' lines since the begin, without those that CloudWatch adds. */
  logged(): number;
}

export function counterOf({ cloud }: Service): Counter {
  let firstLine = 0;
  const lines = () => cloud.logs.slice(firstLine);

  /** Timers of transactions, and deadlines of logins. */
  async function timersDue(): Promise<void> {
    await cloud.settled();
    cloud.queues.advance(40);
    await cloud.settled();
  }

  return {
    async begin() {
      await timersDue();
      cloud.meter.reset();
      firstLine = cloud.logs.length;
    },
    async counted({ logOctets = 0, gigabyteMilliseconds = 0 }) {
      await timersDue();
      const { calls } = cloud.meter;
      const callsTo = (api: string, actions: RegExp) =>
        calls.filter(({ service: name, action }) => name === api && actions.test(action));
      const units = (actions: RegExp) =>
        callsTo("dynamodb", actions).reduce((sum, { requestUnits = 0 }) => sum + requestUnits, 0);
      const written = lines().reduce((sum, line) => sum + billed(line), 0);
      const timers = callsTo("sqs", /^SendMessage$/).length;
      const numbers = {
        messages: callsTo("apigateway", /^(MESSAGE|REPLY)$/).length + callsTo("execute-api", /^POST$/).length,
        invocations:
          calls.filter(({ action, resource }) => action === "Invoke" && resource !== "timers").length + timers,
        writeUnits: units(/^(Put|Update|Delete)/),
        readUnits: units(/Get|Query/),
        queueRequests: 3 * timers,
        logOctets: written <= logOctets && written > 0.9 * logOctets ? logOctets : written,
        gigabyteMilliseconds,
      };
      return Object.fromEntries(Object.entries(numbers).filter(([, number]) => number !== 0));
    },
    logged: () => lines().reduce((sum, { text, octets }) => sum + (octets === undefined ? 0 : octetsOf(text)), 0),
  };
}

/** With the octets that CloudWatch adds to a line; 0 for lines that the functions did not write. */
function billed({ text, octets }: { readonly text: string; readonly octets?: number }): number {
  return octets === undefined ? 0 : octets - Buffer.byteLength(text) + octetsOf(text);
}
