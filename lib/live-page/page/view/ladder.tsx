// The ladder of a call: a column for each party, a row for each message or decision.
import { type Arrow, headingsOf, type Ladder, type Note, shownTitle } from "../../../operations/ladder/ladder.ts";
import { SERVER } from "../../../operations/ladder/parties.ts";

/** Each party has two columns and stands on the line between them; the first column has the times. */
const lineOf = (party: number): number => 2 * party + 3;

export function LadderView({ ladder: { calls, parties, steps } }: { readonly ladder: Ladder }) {
  const columns = { gridTemplateColumns: `6.5rem repeat(${2 * parties.length}, minmax(4.5rem, 1fr))` };
  const lifelines = parties.map(({ label }, at) => (
    <i key={label} aria-hidden="true" style={{ gridColumn: `${lineOf(at)} / span 1` }} />
  ));
  const start = steps[0]?.at ?? 0;
  return (
    <div class="scroll" tabIndex={0}>
      {calls.length > 1 && headingsOf({ calls }).map((text) => <p key={text}>{text}</p>)}
      <ol class="ladder" aria-label="Messages">
        <li class="parties" style={columns}>
          {parties.map(({ label }, at) => (
            <span key={label} style={{ gridColumn: `${lineOf(at) - 1} / span 2` }} title={label}>
              {label}
            </span>
          ))}
        </li>
        {steps.map((step, index) => (
          <li key={index} style={columns}>
            <time>+{((step.at - start) / 1000).toFixed(3)}</time>
            {lifelines}
            {step.kind === "note" ? (
              <NoteView note={step} />
            ) : (
              <ArrowView
                arrow={{ ...step, title: shownTitle({ calls }, step) }}
                labels={parties.map(({ label }) => label)}
              />
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function NoteView({ note }: { readonly note: Note }) {
  return (
    <span class="note" style={{ gridColumn: `2 / -1` }}>
      {note.text}
    </span>
  );
}

function ArrowView({ arrow, labels }: { readonly arrow: Arrow; readonly labels: readonly string[] }) {
  const { from, to, title, isRepeated } = arrow;
  const [left, right] = [lineOf(Math.min(from, to)), lineOf(Math.max(from, to))];
  return (
    <span
      class="arrow"
      data-to={to > from ? "right" : "left"}
      data-tone={/^[3-6]\d\d /.test(title) ? "bad" : undefined}
      data-repeated={isRepeated ? "" : undefined}
      style={{ gridColumn: `${left} / ${right}` }}
    >
      {title}
      <span class="spoken-only">
        {from === SERVER ? ` to ${labels[to] ?? ""}` : ` from ${labels[from] ?? ""}`}
        {isRepeated ? ", again" : ""}
      </span>
    </span>
  );
}
