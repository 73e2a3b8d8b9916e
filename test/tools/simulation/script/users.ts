// The users of the runs, and their addresses.
export const DOMAIN = "example.com";

export const PEOPLE = ["alice", "bob", "carol", "dave"] as const;

export function uriOf(user: string): string {
  return `sip:${user}@${DOMAIN}`;
}
