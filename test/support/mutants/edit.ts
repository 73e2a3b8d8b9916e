// The changes a mutant is made of. Functions are named by themselves, so that the compiler knows when one is renamed.
import type { Machine } from "../../../lib/sip/transaction/machine.ts";
import { markers, mutants } from "./registry.ts";

/** Makes the change; the result takes it back. */
export type Edit = () => () => void;

type AnyFunction = (...parameters: never[]) => unknown;

/** An edit that would change nothing. */
export class MutationError extends Error {
  readonly code = "ERR_MUTATION";
}

/** Replaces a function that `lib` exports by another. */
export function replacing<F extends AnyFunction>(target: F, change: (original: F) => F): Edit {
  return () => {
    if (!target.toString().includes("mutants.get("))
      throw new MutationError(`${target.name} is not exported as a function`);
    return enter(target, change);
  };
}

/** As `replacing`, for a function that is not exported: it is behind the marker comment `mutant: name`. */
export function replacingMarked<F extends AnyFunction>(marker: string, change: (original: F) => F): Edit {
  return () => {
    if (!markers.has(marker)) throw new MutationError(`lib has no marker "${marker}"`);
    return enter(marker, change);
  };
}

function enter(key: unknown, change: unknown): () => void {
  mutants.set(key, change);
  return () => void mutants.delete(key);
}

/** Puts another cell into the table of a transaction; undefined takes it out. */
export function replacingCell<S extends string, I extends string, A extends string>(
  machine: Machine<S, I, A>,
  state: NoInfer<S>,
  input: NoInfer<I>,
  cell: readonly [NoInfer<S>, ...NoInfer<A>[]] | undefined,
): Edit {
  return () => {
    const { [input]: before } = machine[state];
    const put = (value: unknown): void => void Reflect.set(machine[state], input, value);
    put(cell);
    return () => put(before);
  };
}
