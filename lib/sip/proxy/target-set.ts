// The result of a search for targets (RFC 3261 §16.5), and the state of the search.
import type { ConditionalForwarding, Target } from "../state/target.ts";
import type { Registration } from "../state/registration.ts";
import type { Aor } from "../syntax/aor.ts";
import type { Diversions } from "./diversion.ts";
import type { ReplacedDialog } from "./replaced-call.ts";

export type Targets =
  | {
      readonly kind: "ring";
      readonly targets: readonly Target[];
      readonly diversions: Diversions;
      readonly ringSeconds?: number;
      /** The targets ring in turn, so many seconds those of the same q. */
      readonly turnSeconds?: number;
      readonly forwarding?: ConditionalForwarding;
      readonly absent?: Absent;
    }
  | {
      readonly kind: "redirect";
      readonly status: 300 | 302;
      readonly contacts: readonly string[];
      readonly diversions: Diversions;
    }
  | { readonly kind: "refused"; readonly why: NoTargets; readonly absent?: Absent };

/** Users of the search without a device: a MESSAGE can wait for them (RFC 3428 §7). */
export type Absent = readonly Registration[];

export type NoTargets =
  | "unknown-user"
  | "not-registered"
  | "in-call"
  | "caller-blocked"
  | "do-not-disturb"
  | "closed"
  | "forwarding-loop"
  | "forwarding-unusable"
  | "empty-group";

/** The state of a search for targets. */
export interface Search {
  /** AORs already asked: none is asked twice. */
  readonly visited: readonly Aor[];
  readonly diversions: Diversions;
  /** Members that a group in this search may have; absent: the policy's. */
  readonly breadth?: number;
  /** The search is for one of several members of a group, which leads to no other address than theirs. */
  readonly isForMember?: true;
  /** Forwarding is for calls. A MESSAGE is for its addressee, and so is an INVITE that replaces a call (RFC 3891). */
  readonly isNewCall: boolean;
  /** The dialog that the INVITE says to replace. For a user that has no such call it is a new call. */
  readonly replaces?: ReplacedDialog;
  /** Addresses of the sender, for the users that have blocked it. */
  readonly callers: readonly Aor[];
  /** Of the request. */
  readonly callId: string;
}
