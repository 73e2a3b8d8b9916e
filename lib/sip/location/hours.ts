// Hours in which an address takes calls, in a time zone (RFC 3261 §16.5: a target set may depend on the time of day). The zone's
// rules, summer time among them, are those of Intl.
import { MAX_WINDOWS } from "../policy/own-settings.ts";
import type { Hours } from "../state/routing-policy.ts";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** Minutes of a day; the end of the day is 24:00. */
interface Window {
  /** 0 is Sunday. */
  readonly days: ReadonlySet<number>;
  readonly from: number;
  readonly to: number;
}

const WINDOW = /^([a-z]{3})(?:-([a-z]{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)$/;

/** `mon-fri 09:00-17:30` or `sat 22:00-02:00`, which goes on into the next day; undefined for another text. */
function parseWindow(text: string): Window | undefined {
  const [, first = "", last = first, ...digits] = WINDOW.exec(text) ?? [];
  const [begin, end] = [dayOf(first), dayOf(last)];
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = digits.map(Number);
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  const isTime = fromMinute < 60 && toMinute < 60 && from < 24 * 60 && to <= 24 * 60 && from !== to;
  if (begin < 0 || end < 0 || !isTime) return undefined;
  const count = ((end - begin + 7) % 7) + 1;
  return { days: new Set(Array.from({ length: count }, (_, at) => (begin + at) % 7)), from, to };
}

function dayOf(text: string): number {
  return DAYS.findIndex((day) => day === text);
}

/** The part of the hours that cannot be stored, whether a user or the operator's tool sets them. */
export function hoursProblem({ zone, open }: Hours): "zone" | "windows" | undefined {
  const isReadable = open.length > 0 && open.length <= MAX_WINDOWS && open.every((text) => parseWindow(text));
  if (!isReadable) return "windows";
  return isTimeZone(zone) ? undefined : "zone";
}

/** Whether Intl knows the zone. */
function isTimeZone(zone: string): boolean {
  try {
    return clockIn(zone) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * @param now epoch seconds. Hours with a zone or a window that cannot be read are open, because a call that rings is the
 * lesser harm.
 */
export function isOpen({ zone, open }: Hours, now: number): boolean {
  const windows = open.map(parseWindow);
  if (!isTimeZone(zone) || !windows.every((window) => window !== undefined)) return true;
  const { day, minute } = localTime(zone, now);
  return windows.some(({ days, from, to }) =>
    from < to
      ? days.has(day) && minute >= from && minute < to
      : (days.has(day) && minute >= from) || (days.has((day + 6) % 7) && minute < to),
  );
}

function clockIn(zone: string): Intl.DateTimeFormat {
  const parts = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat("en-US", { ...parts, timeZone: zone });
}

function localTime(zone: string, now: number): { readonly day: number; readonly minute: number } {
  const parts = new Map(
    clockIn(zone)
      .formatToParts(now * 1000)
      .map(({ type, value }) => [type, value]),
  );
  const minute = Number(parts.get("hour")) * 60 + Number(parts.get("minute"));
  return { day: dayOf((parts.get("weekday") ?? "").toLowerCase()), minute };
}
