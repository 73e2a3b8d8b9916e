// A ladder as a picture of its own (SVG 1.1), without scripts and links.
import { headingsOf, type Ladder, shownTitle } from "./ladder.ts";

const [GAP, ROW, LEFT, TOP] = [220, 26, 130, 60];

/** Notes begin beside the caller's lifeline; a wide character of the font has this width. */
const [NOTE, CHARACTER] = [LEFT + 8, 7];

export function svgLadder({ calls, parties, steps }: Ladder): string {
  const notes = steps.map((step) => (step.kind === "note" ? NOTE + CHARACTER * step.text.length : 0));
  const width = Math.max(LEFT * 2 + GAP * (parties.length - 1), ...notes);
  const height = TOP + ROW * (steps.length + 2);
  const x = (party: number) => LEFT + party * GAP;
  const lines = parties.flatMap(({ label }, at) => [
    `<text x="${x(at)}" y="${TOP - 20}" text-anchor="middle" font-weight="bold">${escaped(label)}</text>`,
    `<line x1="${x(at)}" y1="${TOP - 10}" x2="${x(at)}" y2="${height - 10}" stroke="#999"/>`,
  ]);
  const drawn = steps.flatMap((step, index) => {
    const y = TOP + ROW * (index + 1);
    const time = `<text x="8" y="${y}" fill="#666">${new Date(step.at).toISOString().slice(11, 23)}</text>`;
    if (step.kind === "note") {
      return [time, `<text x="${NOTE}" y="${y}" fill="#875a00">${escaped(step.text)}</text>`];
    }
    const [from, to] = [x(step.from), x(step.to)];
    const color = /^[3-6]\d\d /.test(step.title) ? "#b00020" : "#0b57d0";
    const title = `${escaped(shownTitle({ calls }, step))}${step.isRepeated ? " (again)" : ""}`;
    return [
      time,
      `<line x1="${from}" y1="${y}" x2="${to}" y2="${y}" stroke="${color}" marker-end="url(#head)"/>`,
      `<text x="${(from + to) / 2}" y="${y - 4}" text-anchor="middle" fill="${color}">${title}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(headingsOf({ calls }).join(", "))}</title>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...lines,
    ...drawn,
    "</svg>\n",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(CONTROL, "")
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters in question
const CONTROL = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g;
