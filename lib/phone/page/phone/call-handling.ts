// Calls that do not ring here, or not here alone: do not disturb, forwarding, hours, other phones. The server keeps all of it for
// all phones of the user; where it does not, do not disturb is a matter of this page alone, and the others are missing.
import { shortened } from "../sip/address.ts";
import type { Line } from "../sip/line.ts";
import type { Condition, Hours, OwnSettings, OwnSettingsChange } from "../sip/own-settings.ts";
import { settingsReason } from "../sip/reasons.ts";
import type { PhoneState, Tell } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import { texts } from "../texts.ts";
import { targetUri } from "./target-uri.ts";

export interface CallHandling {
  /** The line is registered: another phone of the user may have changed the settings. */
  readonly load: () => Promise<void>;
  readonly setQuiet: (isQuiet: boolean) => Promise<void>;
  /** An empty target ends the forwarding. */
  readonly forward: (condition: Condition, target: string) => Promise<void>;
  /** Undefined: calls ring at any hour. False if the hours are refused. */
  readonly setHours: (hours: Hours | undefined) => Promise<boolean>;
  /** A person whose phones ring too. False if it is refused. */
  readonly ringToo: (target: string) => Promise<boolean>;
  readonly ringNoMore: (uri: string) => Promise<void>;
  /** Undefined: calls ring on all phones of the user. */
  readonly limitPhones: (most: number | undefined) => Promise<void>;
}

const MOST_PEOPLE = 4;

export function createCallHandling(store: Store<PhoneState>, line: () => Line | undefined, tell: Tell): CallHandling {
  const setQuiet = (quiet: boolean) => store.set({ settings: { ...store.state.settings, quiet } });
  const put = (handling: OwnSettings) => {
    store.set({ handling });
    setQuiet(handling.doNotDisturb ?? false);
  };
  const change = async (wanted: OwnSettingsChange, target: string): Promise<boolean> => {
    const answer = await line()?.ownSettings(wanted);
    if (answer?.ok) put(answer.settings);
    else tell(settingsReason(target, answer?.status ?? 0, answer?.phrase ?? ""));
    return answer?.ok === true;
  };

  const load = async () => {
    const answer = await line()?.ownSettings();
    if (answer?.ok) put(answer.settings);
  };
  /** @param on the words where it is saved */
  const save = async (wanted: OwnSettingsChange, on: string, target = ""): Promise<boolean> => {
    tell(undefined);
    const isSaved = await change(wanted, target);
    if (isSaved) tell(on, "calm");
    return isSaved;
  };
  /** The list is replaced as a whole, so it is read first: another phone of the user may have changed it. */
  const others = async (): Promise<readonly string[]> => {
    await load();
    return store.state.handling?.alsoRing ?? [];
  };

  return {
    load,
    setQuiet: async (isQuiet) => {
      tell(undefined);
      const { quiet } = store.state.settings;
      setQuiet(isQuiet); // the switch moves at once
      if (store.state.handling === undefined) return;
      if (!(await change({ doNotDisturb: isQuiet }, ""))) setQuiet(quiet);
    },
    forward: async (condition, target) => {
      tell(undefined);
      const { domain } = store.state;
      const uri = target.trim() === "" ? null : targetUri(target, domain);
      if (uri === undefined) return tell(texts.dialer.notAnAddress(target, domain));
      const name = shortened(target, domain);
      const { on, off } = texts.forwarding;
      await save({ forwarding: { [condition]: uri } }, uri === null ? off : on(name), name);
    },
    setHours: (hours) => save({ hours: hours ?? null }, hours ? texts.hours.on : texts.hours.off),
    ringToo: async (target) => {
      tell(undefined);
      const { domain } = store.state;
      const uri = targetUri(target, domain);
      if (uri === undefined) {
        tell(texts.dialer.notAnAddress(target, domain));
        return false;
      }
      const list = await others();
      const name = shortened(target, domain);
      if (list.includes(uri) || list.length < MOST_PEOPLE) {
        return save({ alsoRing: [...new Set([...list, uri])] }, texts.ring.on(name), name);
      }
      tell(texts.ring.tooMany(MOST_PEOPLE));
      return false;
    },
    ringNoMore: async (uri) => {
      const alsoRing = (await others()).filter((one) => one !== uri);
      await save({ alsoRing }, texts.ring.off(shortened(uri, store.state.domain)));
    },
    limitPhones: async (most) => void (await save({ maxDevices: most ?? null }, texts.ring.limited(most))),
  };
}
