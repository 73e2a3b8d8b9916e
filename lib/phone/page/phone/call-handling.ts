// Calls that do not ring here: do not disturb and forwarding. The server keeps both for all phones of the user; where it does
// not, do not disturb is a matter of this page alone, and calls are not forwarded.
import { shortened } from "../sip/address.ts";
import type { Line } from "../sip/line.ts";
import type { Condition, OwnSettings, OwnSettingsChange } from "../sip/own-settings.ts";
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
}

export function createCallHandling(store: Store<PhoneState>, line: () => Line | undefined, tell: Tell): CallHandling {
  const setQuiet = (quiet: boolean) => store.set({ settings: { ...store.state.settings, quiet } });
  const put = ({ doNotDisturb = false, forwarding = {} }: OwnSettings) => {
    store.set({ forwarding });
    setQuiet(doNotDisturb);
  };
  const change = async (wanted: OwnSettingsChange, target: string): Promise<boolean> => {
    const answer = await line()?.ownSettings(wanted);
    if (answer?.ok) put(answer.settings);
    else tell(settingsReason(target, answer?.status ?? 0, answer?.phrase ?? ""));
    return answer?.ok === true;
  };

  return {
    load: async () => {
      const answer = await line()?.ownSettings();
      if (answer?.ok) put(answer.settings);
    },
    setQuiet: async (isQuiet) => {
      tell(undefined);
      const { quiet } = store.state.settings;
      setQuiet(isQuiet); // the switch moves at once
      if (store.state.forwarding === undefined) return;
      if (!(await change({ doNotDisturb: isQuiet }, ""))) setQuiet(quiet);
    },
    forward: async (condition, target) => {
      tell(undefined);
      const { domain } = store.state;
      const uri = target.trim() === "" ? null : targetUri(target, domain);
      if (uri === undefined) return tell(texts.dialer.notAnAddress(target, domain));
      const name = shortened(target, domain);
      const isSaved = await change({ forwarding: { [condition]: uri } }, name);
      const { on, off } = texts.forwarding;
      if (isSaved) tell(uri === null ? off : on(name), "calm");
    },
  };
}
