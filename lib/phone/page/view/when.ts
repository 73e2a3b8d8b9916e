/** The time of today, else the date; in the language of the browser. */
export function whenWords(at: number, now: number = Date.now()): string {
  const date = new Date(at);
  if (isSameDay(date, new Date(now))) return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return date.toLocaleDateString([], { day: "numeric", month: "short" });
}

/** The heading of a day in a conversation. */
export function dayWords(at: number): string {
  return new Date(at).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

export function isSameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}
