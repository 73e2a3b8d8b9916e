// Octets of log lines, without the parts that depend on the machine.

/**
 * As of a line of a warm environment with two digits of milliseconds: a busy machine takes longer, and an event that comes
 * before the last one ended starts a second environment.
 */
export function octetsOf(text: string): number {
  const [, digits = "10"] = /"ms":(\d+)/.exec(text) ?? [];
  const [cold = ""] = /,"cold":true/.exec(text) ?? [];
  return Buffer.byteLength(text) - digits.length - cold.length + 2;
}
