import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Command } from "commander";
import { createProgram } from "../../../lib/cli/program.ts";
import { runSip, spawnSip } from "./command.ts";

const manifest: { version: string } = JSON.parse(readFileSync("package.json", "utf8"));

const silent = {
  write: () => undefined,
  writeError: () => undefined,
  isColored: false,
  progress: () => undefined,
  readPassword: () => Promise.resolve(""),
  ended: () => AbortSignal.abort(),
};

/** Each command with the words that lead to it, `help` of Commander left out. */
function commandsBelow(parent: Command, path: readonly string[] = []): readonly (readonly [string, Command])[] {
  return parent.commands.flatMap((command) => {
    const words = [...path, command.name()];
    return [[words.join(" "), command] as const, ...commandsBelow(command, words)];
  });
}

const commands = commandsBelow(createProgram(silent));
const helpOf = async (name: string) => (await runSip([...name.split(" "), "--help"])).out;

describe("the help", () => {
  test.each(commands)("of %s has examples of this command, with options that it has", async (name, command) => {
    const [, text = ""] = (await helpOf(name)).split("Examples:\n");
    const lines = [...text.matchAll(/^ {2}sip-serverless (.+)$/gm)].map(([, words = ""]) => words);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).toMatch(new RegExp(`^${name}\\b`));
      const named = commands.filter(([words]) => line.startsWith(words)).map(([, one]) => one);
      const known = [command, ...named].flatMap(({ options }) => options.map(({ long }) => long));
      for (const [option] of line.matchAll(/--[\w-]+/g)) expect(known).toContain(option);
    }
  });

  test("of the program is accompanied by its version", async () => {
    expect(await runSip(["--version"])).toMatchObject({ code: 0, out: `${manifest.version}\n` });
  });

  test("of the program states the exit codes", async () => {
    expect((await runSip(["--help"])).out).toContain("Exit codes: 0 done, 1 failed, 2 the command line is wrong.");
  });
});

describe("the exit code", () => {
  test.each([
    ["--help", 0],
    ["users --help", 0],
    ["forecast --users 10 --calls-per-day 10", 0],
    ["cost --users 10 --calls-per-day 10", 0],
    ["cost --users 10", 2],
    ["phones --local http://127.0.0.1:1", 1],
    ["trace c --local http://127.0.0.1:1", 1],
    ["nosuch", 2],
    ["phones --nosuch", 2],
    ["kick", 2],
    ["users show", 2],
    ["forecast --users many --calls-per-day 1", 2],
    ["phones --local --stack Phones", 2],
    ["phones --local ftp://localhost", 2],
    ["doctor --patience soon", 2],
    ["complete tcsh", 2],
  ])("of %s is %i", async (line, code) => {
    expect((await runSip(line.split(" "))).code).toBe(code);
  });
});

describe("completion", () => {
  const written = jest.spyOn(console, "log").mockImplementation(() => undefined); // of the package that completes
  beforeEach(() => void written.mockClear());
  afterAll(() => written.mockRestore());
  const completionOf = async (...words: readonly string[]) => {
    await runSip(["complete", ...words]);
    return written.mock.calls.flat().join("\n");
  };

  test("names commands and options with their descriptions", async () => {
    expect((await spawnSip(["complete", "--", "users", "a"])).out).toMatch(/^add\tadds a user/);
    expect(await completionOf("--", "users", "policy", "set", "--ro")).toMatch(/^--routing\t/);
  });

  test("is a script that bash takes, and that asks this command", async () => {
    const script = await completionOf("bash");
    execFileSync("bash", ["-n"], { input: script });
    expect(script).toContain("sip-serverless complete -- ");
  });

  test.each([
    ["zsh", "compdef"],
    ["fish", "complete -c sip-serverless"],
  ])("has a script for %s", async (shell, text) => {
    expect(await completionOf(shell)).toContain(text);
  });
});
