// Every error that the construct and the functions throw on purpose: a promise of their code or of their surroundings was
// broken. A mistake of a peer is a value and never one of these. Each has a code that stays the same when its text changes. A
// wrong argument of a public function is a TypeError; errors of the local cloud, the page and the commands are beside their code.

export type ErrorCode =
  | "ERR_ANSWERED"
  | "ERR_CONTENTION"
  | "ERR_CORRUPT_ROW"
  | "ERR_INVALID_PROPS"
  | "ERR_ISSUER"
  | "ERR_MISSING_VARIABLE"
  | "ERR_MALFORMED_SETTING"
  | "ERR_MALFORMED_TIMER"
  | "ERR_PUBLISH"
  | "ERR_UNPROCESSED_KEYS";

/** The base of all of them. */
export abstract class SipServerlessError extends Error {
  abstract readonly code: ErrorCode;
}

/** Work for an HTTP callee failed (`cause`); the sender of the message has its final response, or gets it from a timer. */
export class AnsweredError extends SipServerlessError {
  readonly code = "ERR_ANSWERED";
}

/** The same state changed again and again while a decision was taken. The sender may try again later. */
export class ContentionError extends SipServerlessError {
  readonly code = "ERR_CONTENTION";
}

/** A row has another shape than the one this code writes. The text names table, key and attribute. */
export class CorruptRowError extends SipServerlessError {
  readonly code = "ERR_CORRUPT_ROW";
}

/** A prop of the construct or an option of the app has a wrong value. The text says which value to write instead. */
export class InvalidPropsError extends SipServerlessError {
  override readonly name = "InvalidPropsError";
  readonly code = "ERR_INVALID_PROPS";
}

/** The issuer of tokens cannot be asked for its keys, so no token can be checked. */
export class IssuerError extends SipServerlessError {
  readonly code = "ERR_ISSUER";
}

/** A variable of the environment is missing: the function was deployed by something else than the construct. */
export class MissingVariableError extends SipServerlessError {
  readonly code = "ERR_MISSING_VARIABLE";
}

/** A variable of the environment does not hold what the construct writes. The text names variable and field. */
export class MalformedSettingError extends SipServerlessError {
  readonly code = "ERR_MALFORMED_SETTING";
}

/** A message of the timers' queue cannot be read. It may hold a whole INVITE, so the text does not repeat it. */
export class MalformedTimerError extends SipServerlessError {
  readonly code = "ERR_MALFORMED_TIMER";
}

/** EventBridge took a call and refused some of its events, again and again. */
export class PublishError extends SipServerlessError {
  readonly code = "ERR_PUBLISH";
}

/** DynamoDB held back keys of a batch read again and again: throttled. */
export class UnprocessedKeysError extends SipServerlessError {
  readonly code = "ERR_UNPROCESSED_KEYS";
}
