// The calls, latest first. A call is chosen by its button.
import type { CallRecord } from "../../../operations/calls.ts";
import { Address } from "./address.tsx";
import { clock, duration, stateOf } from "./words.ts";

interface CallsTableProps {
  readonly calls: readonly CallRecord[];
  /** Call-ID of the call that is shown beside the table. */
  readonly chosen: string | undefined;
  readonly choose: (callId: string) => void;
}

/** More rows than this are slow to draw; the search finds the others. */
const MAX_ROWS = 200;

export function CallsTable({ calls, chosen, choose }: CallsTableProps) {
  if (calls.length === 0) return <p class="empty">No call in the last two hours.</p>;
  return (
    <div class="scroll" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {["Started", "State", "From", "To", "Talked", "Why"].map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {calls.slice(0, MAX_ROWS).map((call) => (
            <CallRow key={call.callId} call={call} isChosen={call.callId === chosen} choose={choose} />
          ))}
        </tbody>
      </table>
      {calls.length > MAX_ROWS && <p class="empty">{calls.length - MAX_ROWS} earlier calls: search for them.</p>}
    </div>
  );
}

interface CallRowProps {
  readonly call: CallRecord;
  readonly isChosen: boolean;
  readonly choose: (callId: string) => void;
}

function CallRow({ call, isChosen, choose }: CallRowProps) {
  const { callId, startedAt, answeredAt, endedAt, from, to, state, reason, endedBy } = call;
  return (
    <tr data-state={state} aria-selected={isChosen}>
      <td>
        <button
          type="button"
          aria-pressed={isChosen}
          aria-label={`Call of ${clock(startedAt)}`}
          onClick={() => choose(callId)}
        >
          {clock(startedAt)}
        </button>
      </td>
      <td>
        <span class="state">{stateOf(call)}</span>
      </td>
      <td>
        <Address of={from} />
      </td>
      <td>
        <Address of={to} />
      </td>
      <td>{answeredAt !== undefined && endedAt !== undefined ? duration(endedAt - answeredAt) : ""}</td>
      <td>{reason ?? (endedBy && <Address of={endedBy} before="ended by " />)}</td>
    </tr>
  );
}
