import { describe, expect, test } from "@jest/globals";
import { inviteClient } from "../../../lib/sip/transaction/invite-client.ts";
import { inviteServer } from "../../../lib/sip/transaction/invite-server.ts";
import { type Machine, step } from "../../../lib/sip/transaction/machine.ts";
import { nonInviteClient } from "../../../lib/sip/transaction/non-invite-client.ts";
import { nonInviteServer } from "../../../lib/sip/transaction/non-invite-server.ts";

// Every state with every input, so that a new state or input without a decision fails. "-" means ignored.

type Rows = readonly (readonly [state: string, ...cells: string[]])[];

function walk<S extends string, I extends string, A extends string>(
  name: string,
  machine: Machine<S, I, A>,
  inputs: readonly I[],
  rows: Rows,
): void {
  describe(`${name}:`, () => {
    test("has these states and takes these inputs", () => {
      expect(rows.map(([state]) => state)).toEqual(Object.keys(machine));
      const heard = Object.values<Machine<S, I, A>[S]>(machine).flatMap((cells) => Object.keys(cells));
      expect(inputs).toEqual(expect.arrayContaining([...new Set(heard)]));
    });
    const states = Object.keys(machine).filter((state): state is S => state in machine);
    test.each(
      states.flatMap((state, row) =>
        inputs.map((input, column) => [state, input, rows[row]?.[column + 1] ?? ""] as const),
      ),
    )("%s, %s: %s", (state, input, expected) => {
      const next = step(machine, state, input);
      expect(next === undefined ? "-" : [next.state, ...next.actions].join(", ")).toBe(expected);
    });
  });
}

walk(
  "RFC 3261 §17.2.1, RFC 6026 §7.1: the INVITE server transaction",
  inviteServer,
  ["request again", "user 1xx", "user 2xx", "user 3xx-6xx", "cancel"],
  [
    [
      "proceeding",
      "proceeding, resend provisional",
      "proceeding, send",
      "accepted, send",
      "completed, send",
      "proceeding, cancel branches",
    ],
    ["accepted", "-", "-", "accepted, send", "-", "-"],
    ["completed", "completed, resend final", "-", "accepted, send", "-", "-"],
  ],
);

walk(
  "RFC 3261 §17.2.2, RFC 4320: the non-INVITE server transaction",
  nonInviteServer,
  ["request again", "user 1xx", "user 2xx", "user 3xx-6xx", "cancel"],
  [
    ["proceeding", "-", "proceeding", "completed, send", "completed, send", "-"],
    ["completed", "completed, resend final", "-", "-", "-", "-"],
  ],
);

walk(
  "RFC 3261 §17.1.1, RFC 6026 §7.2: the INVITE client transaction",
  inviteClient,
  ["1xx", "2xx", "3xx-6xx", "cancel", "timeout", "flow failed", "flow lost"],
  [
    [
      "waking",
      "-",
      "-",
      "-",
      "terminated, stop waking, report timeout",
      "terminated, stop waking, report timeout",
      "terminated, report failure",
      "terminated, stop waking, report failure",
    ],
    [
      "calling",
      "proceeding, pass up",
      "accepted, pass up",
      "completed, send ack, pass up",
      "calling, hold cancel",
      "terminated, report timeout",
      "terminated, report failure",
      "terminated, report failure",
    ],
    [
      "proceeding",
      "proceeding, pass up",
      "accepted, pass up",
      "completed, send ack, pass up",
      "proceeding, send cancel",
      "terminated, send cancel, report timeout",
      "-",
      "terminated, send cancel, report failure",
    ],
    ["accepted", "-", "accepted, pass up", "-", "-", "-", "-", "-"],
    ["completed", "-", "-", "completed, send ack", "-", "-", "-", "-"],
    ["terminated", "terminated, cancel ringing", "accepted, pass up", "completed, send ack", "-", "-", "-", "-"],
  ],
);

walk(
  "RFC 3261 §17.1.2: the non-INVITE client transaction",
  nonInviteClient,
  ["1xx", "2xx", "3xx-6xx", "cancel", "timeout", "flow failed"],
  [
    [
      "calling",
      "proceeding",
      "completed, pass up",
      "completed, pass up",
      "-",
      "terminated, report timeout",
      "terminated, report failure",
    ],
    ["proceeding", "-", "completed, pass up", "completed, pass up", "-", "terminated, report timeout", "-"],
    ["completed", "-", "-", "-", "-", "-", "-"],
    ["terminated", "-", "-", "-", "-", "-", "-"],
  ],
);
