// Writes the memory of the account whenever it has changed.
import { accountName, emptyMemory, type Memory, remember } from "./memory.ts";
import type { PhoneState } from "./state.ts";
import type { Store } from "./store.ts";

export function rememberChanges(store: Store<PhoneState>): void {
  let last: Memory = emptyMemory;
  store.observe(() => {
    const { isSignedIn, recents, conversations, contacts, settings, missed } = store.state;
    if (!isSignedIn) return;
    const changed =
      last.recents !== recents ||
      last.conversations !== conversations ||
      last.contacts !== contacts ||
      last.settings !== settings ||
      last.missed !== missed;
    last = { recents, conversations, contacts, settings, missed };
    if (changed) remember(accountName(store.state), last);
  });
}
