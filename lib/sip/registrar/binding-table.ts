// The bindings of an AOR while one REGISTER changes them (RFC 3261 §10.3 step 7). They are found by key: a registered user
// chooses contacts and their parameters, and comparing them in pairs would let one message cost seconds.
import type { Binding } from "../state/registration.ts";
import { parseUri } from "../syntax/uri.ts";
import { createUriIndex } from "../syntax/uri-index.ts";
import type { WantedContact } from "./contact.ts";

export interface BindingTable {
  /**
   * The bindings of this URI (§19.1.4) and, unless it is `byUri` only, of this flow of the device. Its other flows, which may
   * have the same URI, are bindings of their own (RFC 5626 §6).
   */
  matching(contact: WantedContact, byUri: boolean): readonly Binding[];
  readonly isStored: (binding: Binding) => boolean;
  add(binding: Binding): void;
  remove(binding: Binding): void;
  /** Those that are left, in their order. */
  all(): readonly Binding[];
}

/** @param stored as they were before the request */
export function createBindingTable(stored: readonly Binding[]): BindingTable {
  const before = new Set(stored);
  const present = new Set<Binding>();
  const byUri = createUriIndex<Binding>();
  const byFlow = new Map<string, Set<Binding>>();

  function add(binding: Binding): void {
    present.add(binding);
    const uri = parseUri(binding.contact);
    if (uri?.kind === "sip") byUri.add(uri, binding);
    const key = flowKeyOf(binding);
    if (key === undefined) return;
    const same = byFlow.get(key) ?? new Set();
    byFlow.set(key, same.add(binding));
  }
  for (const binding of stored) add(binding);

  return {
    matching(contact, isByUri) {
      const key = isByUri ? undefined : flowKeyOf(contact);
      const ofFlow = key === undefined ? undefined : byFlow.get(key);
      const ofUri = byUri.equalTo(contact.uri).filter((binding) => !isOtherFlow(binding, contact));
      return ofFlow === undefined ? ofUri : [...new Set([...ofUri, ...ofFlow])];
    },
    isStored: (binding) => before.has(binding),
    add,
    remove(binding) {
      present.delete(binding);
      byUri.remove(binding);
      byFlow.get(flowKeyOf(binding) ?? "")?.delete(binding);
    },
    all: () => [...present],
  };
}

/** Another flow of the same device: the instance is equal and the reg-id is not. */
function isOtherFlow(one: Binding, other: WantedContact): boolean {
  const isOfDevice = one.instance !== undefined && one.instance === other.instance;
  return isOfDevice && one.regId !== undefined && other.regId !== undefined && one.regId !== other.regId;
}

/** Undefined without both, because only both name a flow of a device. */
export function flowKeyOf({ instance, regId }: Pick<Binding, "instance" | "regId">): string | undefined {
  return instance === undefined || regId === undefined ? undefined : `${instance} ${regId}`;
}
