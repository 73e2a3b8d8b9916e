// The logins of one user from one network, failed and right ones (`lib/sip/limits/login-history.ts`).

/** Failed logins that lock together. */
export interface FailureCount {
  readonly count: number;
  /** Epoch seconds of the last failure; 0 before the first. */
  readonly last: number;
}

/** A device with a count of its own. */
export interface DeviceLogins extends FailureCount {
  /** A hash. */
  readonly device: string;
  /** Epoch seconds of the last right login; absent for a device that has only failed. */
  readonly loggedInAt?: number;
}

export interface LoginHistory {
  readonly key: string;
  /** Version of the stored row; 0 before the first write. */
  readonly version: number;
  /** The failures of all devices without a count of their own. */
  readonly others: FailureCount;
  readonly devices: readonly DeviceLogins[];
}
