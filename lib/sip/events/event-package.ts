// An event package (RFC 6665 §5): its documents, its audience, and the documents that may be published in it.
import type { ResourceState } from "../state/resource-state.ts";
import type { Aor } from "../syntax/aor.ts";
import type { DialogView } from "./dialog-view.ts";

/** Users that may subscribe: those that the policy of the AOR's owner allows, or its owner alone. */
export type Audience = "by policy" | "owner";

/** Calls from their INVITE to their end, or while they are answered. */
export type CallSource = "all" | "answered";

/** Whether the user can be reached, or each of its bindings. */
export type RegistrationSource = "reachability" | "bindings";

export interface EventPackage {
  /** Its name in Event, in lower case. */
  readonly event: string;
  readonly contentType: string;
  readonly audience: Audience;
  /** Of two notifications of changes, where a state changes again and again (RFC 6665 §5.4.10). */
  readonly secondsBetween: number;
  /** The sources of its state besides publications. */
  readonly sources: {
    readonly registration?: RegistrationSource;
    readonly calls?: CallSource;
    /** The package whose watchers it lists. */
    readonly watchersOf?: EventPackage;
    /** The package whose states it lists, of the members of a list (RFC 4662). */
    readonly membersOf?: EventPackage;
  };
  /**
   * The body of a NOTIFY with this number. Empty if the state is unknown.
   * @param view of the watcher
   */
  document(state: ResourceState, aor: Aor, now: number, number: number, view: DialogView): string;
  /** Present where documents may be published in it. The reason why one is refused, or undefined. */
  readonly refuseDocument?: (body: string, aor: Aor) => "malformed-document" | "document-of-other" | undefined;
}
