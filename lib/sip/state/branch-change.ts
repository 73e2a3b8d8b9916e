// The progress of one branch (RFC 3261 §16.7) that leaves the rest of its response context alone. Branches that answer at the
// same time do not conflict: each change is conditional on its own branch, and on no write since that was more than such
// progress.
import { type ClientBranch, isPending, type ResponseContext } from "./response-context.ts";

export interface BranchChange {
  readonly kind: "branch";
  /** As it was read. */
  readonly read: ResponseContext;
  readonly index: number;
  readonly branch: ClientBranch;
  /** A later provisional response; the last one that is stored counts. */
  readonly provisional?: NonNullable<ResponseContext["provisional"]>;
}

/** The change as progress of one branch. Undefined if more than that differs, or if no other branch could still answer. */
export function branchChange(read: ResponseContext, after: ResponseContext): BranchChange | undefined {
  const { branches: before, provisional: first, ...rest } = read;
  const { branches, provisional, ...others } = after;
  if (before.length < 2 || before.length !== branches.length || !isSame(rest, others)) return undefined;
  const [index, second] = branches.flatMap((branch, at) => (branch === before[at] ? [] : [at]));
  const branch = index === undefined ? undefined : branches[index];
  if (index === undefined || branch === undefined || second !== undefined || isMoved(before[index], branch)) {
    return undefined;
  }
  if (after.state === "proceeding" && !branches.some(isPending)) return undefined;
  if (first !== undefined && provisional === undefined) return undefined;
  return { kind: "branch", read, index, branch, ...(provisional !== first && provisional && { provisional }) };
}

function isSame(a: object, b: object): boolean {
  const [one, other] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return one.size === other.size && [...one].every(([name, value]) => other.get(name) === value);
}

function isMoved(before: ClientBranch | undefined, { target, uri, routes }: ClientBranch): boolean {
  return before?.target !== target || before.uri !== uri || before.routes !== routes;
}

/** The branch cannot answer any more: the decision holds only if it was not the last one. */
export function endsOneOfSeveral({ read, index, branch }: BranchChange): boolean {
  const before = read.branches[index];
  return read.state === "proceeding" && before !== undefined && isPending(before) && !isPending(branch);
}

/** The context after the change. Undefined if the change was decided on something that is no longer stored. */
export function withBranchChanged(stored: ResponseContext, change: BranchChange): ResponseContext | undefined {
  const { read, index, branch, provisional } = change;
  const [is, was] = [stored.branches[index], read.branches[index]];
  if (stored.generation !== read.generation || is === undefined || was === undefined) return undefined;
  if (PROGRESS.some((name) => is[name] !== was[name])) return undefined;
  if (endsOneOfSeveral(change) && stored.branches.filter(isPending).length < 2) return undefined;
  return {
    ...stored,
    version: stored.version + 1,
    branches: stored.branches.with(index, branch),
    ...(provisional !== undefined && { provisional }),
  };
}

/** The fields of a branch that may change while the generation stays. */
const PROGRESS = ["state", "status", "failure", "isKept", "cancel", "isLost"] as const;
