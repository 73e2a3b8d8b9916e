// The SIP log: one row per message, which opens to its text.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { LoggedEvent } from "../state/state.ts";
import { texts } from "../texts.ts";
import { titleOf } from "./log-title.ts";

export function LogTab({ events }: { readonly events: readonly LoggedEvent[] }) {
  const list = useRef<HTMLOListElement>(null);
  useLayoutEffect(() => {
    const lines = list.current;
    if (lines && !lines.querySelector("details[open]")) lines.scrollTop = lines.scrollHeight;
  }, [events.length]);
  return (
    <ol class="log" ref={list} tabIndex={0} aria-label={texts.log.lines}>
      {events.map((event) => (
        <LogRow key={event.id} event={event} />
      ))}
      {events.length === 0 && <li class="hint">{texts.log.empty}</li>}
    </ol>
  );
}

const arrows = { sent: "→", received: "←", none: "·" } as const;
const spoken = { sent: texts.log.sent, received: texts.log.received, none: "" } as const;

function LogRow({ event: { at, direction, text } }: { readonly event: LoggedEvent }) {
  const { title, detail } = titleOf(text);
  const summary = (
    <>
      <time>{clock(at)}</time>
      <span class="arrow" aria-hidden="true">
        {arrows[direction]}
      </span>
      <span class="spoken-only">{spoken[direction]}</span>
      <span class="title">{title}</span>
      <span class="detail">{detail}</span>
    </>
  );
  return (
    <li data-direction={direction} data-tone={/^SIP\/2\.0 [4-6]/.test(text) ? "bad" : undefined}>
      {direction === "none" || text.trim() === "" ? (
        <p class="entry">{summary}</p>
      ) : (
        <details class="entry">
          <summary>{summary}</summary>
          <pre>{text.replaceAll("\r\n", "\n").trimEnd()}</pre>
        </details>
      )}
    </li>
  );
}

function clock(at: Date): string {
  return `${at.toTimeString().slice(0, 8)}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
