// The activity that contacts see of this user, beside being connected: no calls wanted, or away, by a switch or because the page
// has been hidden for a while.
import type { Line } from "../sip/line.ts";
import type { Activity } from "../sip/presence.ts";
import type { PhoneState } from "../state/state.ts";
import type { Store } from "../state/store.ts";

export interface Availability {
  /** The line is a new one. */
  say(): void;
}

/** A page that is hidden for so long is one whose user is away. */
const ABSENT_MILLISECONDS = 10 * 60_000;

export function createAvailability(store: Store<PhoneState>, line: () => Line | undefined): Availability {
  let isAbsent = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let said: Activity | undefined;

  const activity = (): Activity | undefined => {
    const { settings, calls } = store.state;
    if (settings.quiet) return "busy";
    return settings.away || (isAbsent && calls.length === 0) ? "away" : undefined;
  };
  const say = () => {
    said = activity();
    line()?.says(said);
  };
  const sayChange = () => {
    if (activity() !== said) say();
  };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    isAbsent = false;
    if (document.hidden) {
      timer = setTimeout(() => {
        isAbsent = true;
        sayChange();
      }, ABSENT_MILLISECONDS);
    }
    sayChange();
  });
  store.observe(sayChange);
  return { say };
}
