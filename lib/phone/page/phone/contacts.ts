// The people and groups that the user has put on the list, and their presence.
import { type Peer, shortened } from "../sip/address.ts";
import type { Line } from "../sip/line.ts";
import type { Sights } from "../sip/watch.ts";
import type { Contact } from "../state/memory.ts";
import type { PhoneState, Tell } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import { texts } from "../texts.ts";
import { targetUri } from "./target-uri.ts";

export interface Contacts extends Sights {
  /** Whether the person is on the list now; a sentence says why not. */
  readonly add: (target: string, name?: string) => boolean;
  readonly rename: (address: string, name: string) => void;
  readonly remove: (address: string) => void;
  /** Peers of the latest calls and texts that are not on the list. */
  readonly strangers: () => readonly Peer[];
  /** The line is a new one. */
  readonly watch: () => void;
}

/** Each contact costs the server a subscription. */
const MOST_CONTACTS = 100;
const MOST_STRANGERS = 5;

export function createContacts(store: Store<PhoneState>, line: () => Line | undefined, tell: Tell): Contacts {
  const watch = () => line()?.watch(store.state.contacts.map(({ address }) => address).filter(isOfOwnDomain));
  const put = (contacts: readonly Contact[]) => {
    store.set({ contacts: contacts.toSorted((one, other) => one.name.localeCompare(other.name)) });
    watch();
  };

  return {
    add: (target, name) => {
      const { contacts, domain } = store.state;
      const address = shortened(target, domain);
      tell(undefined);
      if (contacts.some((one) => one.address === address)) return true;
      const problem = problemOf(address, contacts.length, domain);
      if (problem !== undefined) tell(problem);
      else put([...contacts, { name: name ?? address, address }]);
      return problem === undefined;
    },
    rename: (address, name) => {
      const named = name.trim() || address;
      put(store.state.contacts.map((one) => (one.address === address ? { ...one, name: named } : one)));
    },
    remove: (address) => {
      const others = () => store.state.contacts.filter((one) => one.address !== address);
      const removed = store.state.contacts.find((one) => one.address === address);
      if (removed === undefined) return;
      put(others());
      const act = () => put([...others(), removed]);
      tell(texts.contacts.removed(removed.name), "calm", { label: texts.notice.undo, act });
    },
    strangers: () => {
      const { contacts, recents, conversations, user } = store.state;
      const found = new Map<string, Peer>();
      for (const { name, address } of [...recents, ...conversations]) found.set(address, { name, address });
      for (const { address } of contacts) found.delete(address);
      found.delete(user);
      return [...found.values()].slice(0, MOST_STRANGERS);
    },
    sees: (user, presence) => {
      const { [user]: _group, ...members } = store.state.members;
      store.set({ presence: { ...store.state.presence, [user]: presence }, members });
    },
    seesMembers: (group, { isWhole, states }) => {
      const { presence, members, domain } = store.state;
      const before = isWhole ? {} : members[group];
      const changed = Array.from(states, ([uri, state]) => [shortened(uri, domain), state] as const);
      store.set({
        presence: { ...presence, [group]: undefined }, // a group has none of its own
        members: { ...members, [group]: { ...before, ...Object.fromEntries(changed) } },
      });
    },
    watch: () => {
      store.set({ presence: {}, members: {} });
      watch();
    },
  };
}

function problemOf(address: string, count: number, domain: string): string | undefined {
  if (count >= MOST_CONTACTS) return texts.contacts.tooMany(MOST_CONTACTS);
  return targetUri(address, domain) === undefined ? texts.dialer.notAnAddress(address, domain) : undefined;
}

/** Only its own server tells the presence of a user. */
function isOfOwnDomain(address: string): boolean {
  return !address.includes("@");
}

/** A contact is called as the user calls it, not as it calls itself. */
export function known(peer: Peer, { contacts }: Pick<PhoneState, "contacts">): Peer {
  return contacts.find(({ address }) => address === peer.address) ?? peer;
}
