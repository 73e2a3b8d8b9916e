// What could be broken in the code that the oracles watch, and which of them must notice. Each is an edit of the text of one
// file, made while a mutant is bundled; the tree is never touched.

export interface Mutation {
  /** What the mutant does wrong. */
  readonly name: string;
  /** Within `lib`. */
  readonly file: string;
  /** Each text stands exactly once in the file. */
  readonly edits: readonly (readonly [find: string, replace: string])[];
  readonly breaks: string;
  /** Where it was noticed before, if that is rare: told first. */
  readonly seed?: number;
}

export const mutations: readonly Mutation[] = [
  {
    name: "takes a line without a name for a field",
    file: "sip/stack.ts",
    edits: [['from.name !== "" && value', "value"]],
    breaks: "nothing throws",
  },
  {
    name: "resolves escapes in a To tag of its own",
    file: "sip/uas/reply.ts",
    edits: [["`${value};tag=${tag}`", "`${decodeURIComponent(value)};tag=${tag}`"]],
    breaks: "nothing throws",
    seed: 38,
  },
  {
    name: "takes any spelling of a token for its own",
    file: "sip/tokens/seal.ts",
    edits: [[' || sealed.toString("base64url") !== text', ""]],
    breaks: "what we send is SIP",
    seed: 555,
  },
  {
    name: "says what it did not understand as it came",
    file: "sip/uas/option-tags.ts",
    edits: [["unknown.filter(isToken)", "unknown"]],
    breaks: "what we send is SIP",
    seed: 60,
  },
  {
    name: "counts characters for octets",
    file: "sip/syntax/body.ts",
    edits: [['const present = text === "" ? 0 : octets(text);', "const present = text.length;"]],
    breaks: "what we send is SIP",
    seed: 184,
  },
  {
    name: "passes on a line that is no field",
    file: "sip/syntax/essentials.ts",
    edits: [['if (name === "") return "Malformed Header Name";', 'if (name === "") continue;']],
    breaks: "what we send is SIP",
  },
  {
    name: "lets a bare line feed be",
    file: "sip/syntax/lines.ts",
    edits: [['cr >= 0 && text.indexOf("\\n", start) === cr + 1', "cr >= 0 && text.charCodeAt(cr + 1) === 10"]],
    breaks: "what we send is SIP",
  },
  {
    name: "takes a response from anybody",
    file: "sip/proxy/process-response.ts",
    edits: [["if (!isSameDevice(sender, branch.target)) return", "if (sender === undefined) return"]],
    breaks: "nothing reaches a third party",
    seed: 66,
  },
  {
    name: "takes a CANCEL from anybody",
    file: "sip/proxy/process-cancel.ts",
    edits: [["context.caller.flow !== flow && !isSameDevice", "context.caller.flow === undefined && !isSameDevice"]],
    breaks: "nothing reaches a third party",
    seed: 108,
  },
  {
    name: "takes a request within a dialog from anybody",
    file: "sip/proxy/stateless.ts",
    edits: [["return isSameDevice(sender, callee) ? caller : undefined;", "return caller;"]],
    breaks: "nothing reaches a third party",
    seed: 95,
  },
  {
    name: "routes by address what claims to be within a dialog",
    file: "sip/proxy/proxy.ts",
    edits: [["if (essentials.toTag !== undefined) return", 'if (essentials.toTag === "") return']],
    breaks: "nothing reaches a third party",
    seed: 73,
  },
  {
    name: "lets anybody answer who knows a token",
    file: "sip/proxy/stateless.ts",
    edits: [["return wasAsked(via, dialog, to, world)", "return to !== undefined"]],
    breaks: "nothing reaches a third party",
    seed: 346,
  },
  {
    name: "lets anybody call in any name",
    file: "sip/proxy/proxy.ts",
    edits: [["if (!mayUseFrom(who.identity, essentials.from.uri, world)) return", 'if (who.identity === "") return']],
    breaks: "nothing reaches a third party",
    seed: 45,
  },
  {
    name: "believes a phone who it is",
    file: "sip/proxy/asserted-identity.ts",
    edits: [
      [
        "const stripped = withoutClaims(request);",
        'if (headers(request, "p-asserted-identity").length > 0) return request;\n  const stripped = withoutClaims(request);',
      ],
    ],
    breaks: "nothing reaches a third party",
  },
  {
    name: "says nothing to a CANCEL of nothing",
    file: "sip/proxy/process-cancel.ts",
    edits: [
      [
        "if (!isMatch) return answerStateless(arrival, { status: 481 }, world);",
        "if (!isMatch) return { changes: [], timers: [], sends: [] };",
      ],
    ],
    breaks: "one verdict for each request",
  },
  {
    name: "takes any answer on the right branch",
    file: "sip/proxy/process-response.ts",
    edits: [
      ['callId === header(request, "call-id") && ', ""],
      [" && cseq.number === asked?.number", ""],
    ],
    breaks: "one verdict for each request",
    seed: 61,
  },
  {
    name: "answers twice",
    file: "sip/uas/answer-stateless.ts",
    edits: [
      [
        "return sendOnly({ to: { flow }, message",
        "return sendOnly({ to: { flow }, message: respond(message, refusal, answerTag(arrival, world.keys)) }, { to: { flow }, message",
      ],
    ],
    breaks: "one verdict for each request",
  },
  {
    name: "binds whoever has a password to any address",
    file: "sip/registrar/registrar.ts",
    edits: [["if (who.identity !== aor ||", 'if (who.identity === "" ||']],
    breaks: "no binding without proof",
  },
  {
    name: "takes any digest for right",
    file: "sip/auth/authenticate.ts",
    edits: [["if (isRightResponse(credentials, request.method, secret)) {", "if (secret !== undefined) {"]],
    breaks: "no binding without proof",
  },
  {
    name: "posts everything twenty times",
    file: "signaling/signaling.ts",
    edits: [
      [
        ".filter((send) => send !== back)",
        ".filter((send) => send !== back).flatMap((send) => Array.from({ length: 20 }, () => send))",
      ],
    ],
    breaks: "work is bounded",
  },
  {
    name: "keeps every answer as long as it is",
    file: "sip/proxy/lean-response.ts",
    edits: [
      [
        "if (serialize(response).length <= MAX_KEPT) return response;",
        "if (serialize(response).length > 0) return response;",
      ],
      ["return text.length <= MAX_KEPT ? text : undefined;", "return text;"],
    ],
    breaks: "state is bounded",
    seed: 472,
  },
  {
    name: "forgets the timer",
    file: "sip/proxy/response-context.ts",
    edits: [
      [
        "return { context: { ...context, epoch }, sends, timers: [timer] };",
        "return { context: { ...context, epoch }, sends, timers: timer.epoch > 0 ? [] : [timer] };",
      ],
    ],
    breaks: "one verdict for each request",
  },
  {
    name: "lets a phone keep its row for a year",
    file: "sip/proxy/start-group.ts",
    edits: [["ringsUntil + 3 * TIMEOUT_SECONDS", "ringsUntil + 31_536_000"]],
    breaks: "state is bounded",
  },
];
