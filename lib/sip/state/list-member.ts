// A member of a resource list (RFC 4662 §5.3), as the state of the list has it.
export interface ListMember {
  /** As the list names it. */
  readonly uri: string;
  /** Epoch seconds of the latest report with its document; absent while its document waits for a report. */
  readonly at?: number;
  /** It has as many watchers as there may be, so its changes are not reported to the list. */
  readonly isFull?: true;
}
