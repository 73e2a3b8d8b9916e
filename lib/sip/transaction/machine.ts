// A transaction as a table (RFC 3261 §17): state × input → next state and actions. A missing cell means that the input is
// ignored in that state. A WebSocket is reliable, so the timers of unreliable transports (A, D, E, G, I, J, K) are zero and
// do not occur.

export type Machine<State extends string, Input extends string, Action extends string> = {
  readonly [S in State]: { readonly [I in Input]?: readonly [next: State, ...actions: Action[]] };
};

/** A machine with fewer states or inputs is accepted where one with more is expected. */
type Drivable<State extends string, Input extends string, Action extends string> = Partial<
  Machine<State, Input, Action>
>;

export interface Step<State, Action> {
  readonly state: State;
  readonly actions: readonly Action[];
}

/** Undefined if the state ignores the input. */
export function step<State extends string, Input extends string, Action extends string>(
  machine: Drivable<State, Input, Action>,
  state: NoInfer<State>,
  input: NoInfer<Input>,
): Step<State, Action> | undefined {
  const cell: readonly [State, ...Action[]] | undefined = machine[state]?.[input];
  if (cell === undefined) return undefined;
  const [next, ...actions] = cell;
  return { state: next, actions };
}
