// The port of `npm start`, and files and folders that it writes, checked before anything takes time.
import { once } from "node:events";
import { accessSync, constants, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { removeReadyFile } from "../../lib/local/command/ready-file.ts";
import type { CommandOptions } from "../../lib/local/command/options.ts";
import { lockData } from "../../lib/local/data-lock.ts";
import { explain, Refusal } from "./refusal.ts";

/** Checks early that the port is free. */
export async function claimPort(options: CommandOptions): Promise<void> {
  const server = createServer().listen(options.port, options.host);
  await once(server, "listening").catch(explain(options));
  server.close();
}

/** Creates the folder if it is missing, and checks early that it can be written and belongs to no other cloud. */
export function claimData(options: CommandOptions): void {
  const { data: folder } = options;
  if (folder === undefined) return;
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Refusal(`--data ${folder} cannot be written: ${String(error)}. Give another folder`, 2);
  }
  try {
    lockData(folder)(); // the cloud takes it again
  } catch (error) {
    explain(options)(error);
  }
}

/** Removes the file of an earlier run, and checks early that it can be written. */
export function claimReadyFile(file: string | undefined): void {
  if (file === undefined) return;
  try {
    removeReadyFile(file);
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new Refusal(`--ready-file ${file} cannot be written: ${String(error)}`, 2);
  }
  process.on("exit", () => removeReadyFile(file));
}
