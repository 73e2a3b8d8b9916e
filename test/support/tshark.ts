// Wireshark's command, where it is installed (Debian: `apt-get install tshark`).
import { execFileSync } from "node:child_process";

export function hasTshark(): boolean {
  try {
    execFileSync("tshark", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
