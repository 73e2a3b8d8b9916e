// The whole page: figures, the calls, the chosen call, the phones.
import { useMemo, useState } from "preact/hooks";
import { type CallRecord, callsIn } from "../../../operations/calls.ts";
import type { LogLine } from "../../../operations/line.ts";
import { transferGroup } from "../../../operations/transfers.ts";
import type { LiveData } from "../source.ts";
import { CallDetails } from "./call-details.tsx";
import { CallsTable } from "./calls-table.tsx";
import { PhonesTable } from "./phones-table.tsx";

export function App({ data: { deployment, lines, phones, isConnected } }: { readonly data: LiveData }) {
  const [search, setSearch] = useState("");
  const [isFailedOnly, setFailedOnly] = useState(false);
  const [chosenId, choose] = useState<string>();
  const calls = useMemo(() => callsIn(lines).toReversed(), [lines, lines.length]);
  const shown = calls.filter((call) => isWanted(call, search.trim(), isFailedOnly));
  const chosen = calls.find(({ callId }) => callId === chosenId);
  return (
    <>
      <header>
        <h1>Calls and phones</h1>
        <p>{deployment}</p>
        <p role="status">{isConnected ? "Live" : "Not connected; trying again"}</p>
      </header>
      <main class={chosen ? "with-details" : undefined}>
        <Figures calls={calls} phones={phones.length} />
        <section aria-label="Calls">
          <form class="filter" onSubmit={(event) => event.preventDefault()}>
            <label>
              Address or Call-ID
              <input type="search" value={search} onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
            </label>
            <label class="check">
              <input
                type="checkbox"
                checked={isFailedOnly}
                onInput={({ currentTarget }) => setFailedOnly(currentTarget.checked)}
              />
              Failed calls only
            </label>
          </form>
          <CallsTable calls={shown} chosen={chosenId} choose={choose} />
        </section>
        {chosen && (
          <CallDetails
            key={chosen.callId}
            call={chosen}
            lines={linesOf(chosen, lines)}
            close={() => choose(undefined)}
          />
        )}
        <section aria-label="Phones">
          <h2>Phones</h2>
          <PhonesTable phones={phones} />
        </section>
      </main>
    </>
  );
}

function linesOf(call: CallRecord, lines: readonly LogLine[]): readonly LogLine[] {
  const group = new Set(transferGroup(call.callId, lines));
  return lines.filter(({ callId }) => callId !== undefined && group.has(callId));
}

function isWanted({ from, to, callId, state }: CallRecord, search: string, isFailedOnly: boolean): boolean {
  return (!isFailedOnly || state === "failed") && [from, to, callId].some((text) => text.includes(search));
}

function Figures({ calls, phones }: { readonly calls: readonly CallRecord[]; readonly phones: number }) {
  const count = (...states: readonly CallRecord["state"][]) =>
    calls.filter(({ state }) => states.includes(state)).length;
  const figures = [
    ["ringing", count("ringing")],
    ["in a call", count("answered")],
    ["ended", count("ended")],
    ["failed", count("failed")],
    ["phones", phones],
  ] as const;
  return (
    <dl class="figures" aria-label="The last two hours">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
