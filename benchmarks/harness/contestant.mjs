// A contestant: a child process that answers one line of JSON with one line of JSON.
import { spawn } from "node:child_process";
import path from "node:path";
import readline from "node:readline";

const here = path.resolve(import.meta.dirname, "..");
const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, "bin/java") : "java";
const jar = (main) => [
  java,
  "--enable-native-access=ALL-UNNAMED",
  "--add-opens=java.base/java.nio=ALL-UNNAMED",
  "-Duser.timezone=UTC",
  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
  "-cp",
  `${here}/target/parallax-benchmarks.jar:${here}/target/lib/*`,
  `dev.parallax.benchmarks.${main}`,
];

/** How each is started; the number of threads is the last argument. */
const COMMANDS = {
  parallax: jar("ParallaxContestant"),
  "native-peer": [path.join(here, "target/venv/bin/python3"), path.join(here, "contestants/native_peer.py")],
  "node-peer": [
    process.execPath,
    "--expose-gc",
    "--max-old-space-size=8000",
    path.join(here, "contestants/node-peer.mjs"),
  ],
  duckdb: jar("DuckDbContestant"),
};

export const ENGINES = Object.keys(COMMANDS);

// No contestant outlives the run, not even one that is in the middle of something.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

export class Contestant {
  #child;
  #lines;

  constructor(engine, threads) {
    this.engine = engine;
    const [command, ...args] = COMMANDS[engine];
    this.#child = spawn(command, [...args, threads], { stdio: ["pipe", "pipe", "inherit"] });
    process.once("exit", () => this.#child.kill("SIGKILL"));
    this.#child.stdin.on("error", () => {}); // its end shows in the next answer
    this.#child.on("error", (error) => console.error(`${engine}: ${error.message}`));
    this.#lines = readline.createInterface({ input: this.#child.stdout, crlfDelay: Infinity })[Symbol.asyncIterator]();
  }

  get pid() {
    return this.#child.pid;
  }

  /** Sends a request. Throws what the contestant says went wrong, with `dead` set if it is no more. */
  async ask(request) {
    this.#child.stdin.write(JSON.stringify(request) + "\n");
    const { value, done } = await this.#lines.next();
    if (done) throw Object.assign(new Error(`${this.engine} ended`), { dead: true });
    const reply = JSON.parse(value);
    if (reply.error !== undefined) throw new Error(`${this.engine}: ${reply.error}`);
    return reply;
  }

  /** Ends it. */
  async close() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin.end();
    await ended;
  }
}
