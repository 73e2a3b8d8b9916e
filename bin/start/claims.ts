// Files and folders that `npm start` writes, checked before anything takes time.
import { accessSync, constants, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { removeReadyFile } from "../../lib/local/command/ready-file.ts";
import { Refusal } from "./refusal.ts";

/** Creates the folder if it is missing, and checks early that it can be written. */
export function claimData(folder: string | undefined): void {
  if (folder === undefined) return;
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Refusal(`--data ${folder} cannot be written: ${String(error)}. Give another folder`, 2);
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
