// Seeds that have broken an invariant, each named by the fault it found. Each breaks it again in the mutant without the
// repair (mutations/mutations.ts).

export interface Example {
  readonly found: string;
  readonly seed: number;
  /** As for `--weather`; absent: the seed's own. */
  readonly weather?: string;
}

export const examples: readonly Example[] = [
  {
    found: "a state was stored and its timer was not: nothing ever ended the call",
    seed: 9,
    weather: "deaths,dies=0.03",
  },
  {
    found: "a short timer came before its state was stored, and was taken for stale",
    seed: 135,
    weather: "reordered,slow=0.3,skew=2",
  },
  {
    found: "an INVITE that followed its phone to a new connection was rung there twice",
    seed: 156,
    weather: "drops,drops=1",
  },
  {
    found: "a timer repeated 408 after a late 2xx had been passed on",
    seed: 148,
    weather: "deaths,dies=0.03,doubleTimer=1",
  },
  { found: "a phone that slept through timer B rang for ever", seed: 40, weather: "calm" },
  { found: "a CANCEL that died with its Lambda was never sent again", seed: 30, weather: "deaths,dies=0.03" },
  { found: "a caller had vanished, and others were rung for it", seed: 2, weather: "calm,dropAtMessage=0.1" },
  {
    found: "a phone on a new connection was looked for on the old one, which the gateway still believed in",
    seed: 1,
    weather: "drops",
  },
  {
    found: "a flow was forgotten before its bindings, which then were never removed",
    seed: 1,
    weather: "drops,conflict=0.3",
  },
  {
    found: "a REGISTER that came late took the binding back",
    seed: 28,
    weather: "reordered,drops=0.8,dropAtMessage=0.03",
  },
  { found: "a phone that a 302 named was rung while it rang", seed: 34, weather: "calm" },
  { found: "a forwarding led to phones that a 302 had reached already, and they were rung again", seed: 2027 },
  { found: "the row of a serial search ended before its timer was due", seed: 2, weather: "calm" },
];
