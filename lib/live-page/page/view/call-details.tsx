// One call: its record and its ladder.
import { useEffect, useRef } from "preact/hooks";
import type { CallRecord } from "../../../operations/calls.ts";
import { spentOn } from "../../../operations/cost.ts";
import { ladderOf } from "../../../operations/ladder/ladder.ts";
import type { LogLine } from "../../../operations/line.ts";
import { LadderView } from "./ladder.tsx";
import { withoutScheme } from "../../../operations/address.ts";
import { clock, duration, stateOf } from "./words.ts";

interface CallDetailsProps {
  readonly call: CallRecord;
  /** Of the calls that a transfer connects it with, too. */
  readonly lines: readonly LogLine[];
  readonly close: () => void;
}

export function CallDetails({ call, lines, close }: CallDetailsProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const ladder = ladderOf(lines);
  const ownLines = lines.filter(({ callId }) => callId === call.callId);
  return (
    <section class="details" aria-label="Call">
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {withoutScheme(call.from)} to {withoutScheme(call.to)}
        </h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      <dl class="record">
        {recordOf(call, ownLines).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {ladder && <LadderView ladder={ladder} />}
    </section>
  );
}

function recordOf(call: CallRecord, lines: readonly LogLine[]): readonly (readonly [name: string, value: string])[] {
  const { callId, startedAt, ringingAt, answeredAt, endedAt, endedBy, because, reason, devices, forwarded } = call;
  const cost = spentOn(lines).dollars * 1_000_000;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["State", stateOf(call)],
    ["Why", because ?? reason],
    ["Ended by", endedBy && withoutScheme(endedBy)],
    ["Started", clock(startedAt)],
    ["Rang after", ringingAt === undefined ? undefined : duration(ringingAt - startedAt)],
    ["Answered after", answeredAt === undefined ? undefined : duration(answeredAt - startedAt)],
    ["Talked", answeredAt === undefined || endedAt === undefined ? undefined : duration(endedAt - answeredAt)],
    ["Phones it was sent to", String(devices)],
    ["Forwarded", forwarded],
    ["Cost of a million such calls", `$${cost.toFixed(2)}`],
    ["Call-ID", callId],
  ];
  return rows.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value] as const]));
}
