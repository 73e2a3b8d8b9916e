// A ladder as a Mermaid sequence diagram, for a ticket. Mermaid ends a text at `#` and `;` and stops drawing above 50,000
// characters, without an error.
import { headingsOf, type Ladder, shownTitle } from "./ladder.ts";
import { SERVER } from "./parties.ts";

const MOST_CHARACTERS = 45_000;

export function mermaidLadder({ calls, parties, steps }: Ladder): string {
  const order = [0, SERVER, ...parties.map((_party, at) => at).filter((at) => at > SERVER)];
  const lines = [
    "sequenceDiagram",
    ...order.map((at) => `  participant p${at} as ${escaped(parties[at]?.label ?? "")}`),
    ...(calls.length > 1 ? headingsOf({ calls }).map((text) => `  Note over p${SERVER}: ${escaped(text)}`) : []),
  ];
  let length = lines.join("\n").length;
  for (const step of steps) {
    const line =
      step.kind === "note"
        ? `  Note over p${SERVER}: ${escaped(step.text)}`
        : `  p${step.from}${/^\d/.test(step.title) ? "-->>" : "->>"}p${step.to}: ${escaped(shownTitle({ calls }, step))}${step.isRepeated ? " (again)" : ""}`;
    length += line.length + 1;
    if (length > MOST_CHARACTERS) {
      lines.push(`  Note over p${SERVER}: cut here, the diagram would be too long`);
      break;
    }
    lines.push(line);
  }
  return `${lines.join("\n")}\n`;
}

function escaped(text: string): string {
  const safe = text
    .replace(CONTROL, "")
    .replaceAll("#", "#35;")
    .replace(/(?<!#35|#\d\d);/g, "#59;")
    .replaceAll("$$", "#36;#36;")
    .replace(/^(no)?wrap:/, (prefix) => `#${prefix.charCodeAt(0)};${prefix.slice(1)}`);
  return safe === "" ? "?" : safe;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters in question
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
