// Hours as a form shows them: days with a beginning and an end. The windows of the server name spans of days
// (docs/own-settings.md).
export const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export type Day = (typeof days)[number];

export interface OpenTimes {
  /** In the order of the week. */
  readonly days: readonly Day[];
  /** `09:00`; empty while it is not filled in. */
  readonly from: string;
  /** `17:30`; `00:00` is the end of the day. One that is before `from` is on the next day. */
  readonly to: string;
}

const WINDOW = /^([a-z]{3})(?:-([a-z]{3}))? (\d\d:\d\d)-(\d\d:\d\d)$/;

/** Windows of the same times become one. */
export function openTimesOf(windows: readonly string[]): readonly OpenTimes[] {
  const found = new Map<string, OpenTimes>();
  for (const window of windows) {
    const [, first = "", last = first, from = "", end = ""] = WINDOW.exec(window) ?? [];
    const to = end === "24:00" ? "00:00" : end;
    const known = found.get(`${from}-${to}`)?.days ?? [];
    const spanned = daysBetween(first, last);
    found.set(`${from}-${to}`, { days: days.filter((day) => known.includes(day) || spanned.includes(day)), from, to });
  }
  return [...found.values()];
}

function daysBetween(first: string, last: string): readonly Day[] {
  const begin = days.findIndex((day) => day === first);
  const week = [...days.slice(begin), ...days.slice(0, begin)];
  return week.slice(0, week.findIndex((day) => day === last) + 1);
}

export function windowsOf(times: readonly OpenTimes[]): readonly string[] {
  return times.flatMap(({ days: chosen, from, to }) =>
    spansOf(chosen).map((span) => `${span} ${from}-${to === "00:00" ? "24:00" : to}`),
  );
}

/** `mon-wed`, `fri`: days that follow each other are one span. */
function spansOf(chosen: readonly Day[]): readonly string[] {
  const isChosen = (at: number) => chosen.some((day) => day === days[at]);
  const firsts = days.filter((_, at) => isChosen(at) && !isChosen(at - 1));
  const lasts = days.filter((_, at) => isChosen(at) && !isChosen(at + 1));
  return firsts.map((first, at) => (first === lasts[at] ? first : `${first}-${lasts[at]}`));
}
