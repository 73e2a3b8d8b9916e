// One value that changes as a whole, and its observers.

export interface Store<State> {
  readonly state: State;
  set(change: Partial<State>): void;
  /** Called after every change. */
  observe(act: () => void): void;
}

export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial;
  const observers: (() => void)[] = [];
  return {
    get state() {
      return state;
    },
    set: (change) => {
      state = { ...state, ...change };
      for (const act of observers) act();
    },
    observe: (act) => void observers.push(act),
  };
}
