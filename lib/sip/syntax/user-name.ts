// A user name as it is typed, before it becomes the user part of an address (RFC 3261 §25.1 `user`).
import { escapeUser } from "./uri.ts";

/** The problem with a user name, as the end of a sentence about it; undefined if it can be used. */
export function userNameProblem(user: string): string | undefined {
  if (user.trim() !== user || user === "") return "is empty, or begins or ends with a space";
  if (/[@:]/.test(user)) return "has an @ or a colon: write the part before the @ only"; // `:` ends it in an HA1 (RFC 7616 §3.4.2)
  if (!user.isWellFormed() || CONTROL.test(user)) return "has a character that is not text";
  if (escapeUser(user).length > LONGEST) return `is longer than ${LONGEST} characters when it is escaped`;
  return undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters in question
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Keys of the tables hold an address and up to as much again; DynamoDB takes 2,048 bytes. */
const LONGEST = 600;
