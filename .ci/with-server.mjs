#!/usr/bin/env node
// Starts an example on a free port, runs a command against it, stops it:
//
//   with-server.mjs LOG PROGRAM [ARGUMENT...] -- COMMAND...
//
// {port} stands for the port in the arguments and the command. What the example prints goes to LOG. Fails
// if the command does, or if the example ends early or writes to its standard error.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";

const START_MS = 120_000;
const STOP_MS = 10_000;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "localhost", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const exited = (child) => new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));

const words = process.argv.slice(2);
const split = words.indexOf("--");
if (split < 2 || split === words.length - 1) {
  console.error("usage: with-server.mjs LOG PROGRAM [ARGUMENT...] -- COMMAND...");
  process.exit(2);
}
const port = await freePort();
const fill = (word) => word.replaceAll("{port}", port);
const [logFile, program, ...programArguments] = words.slice(0, split).map(fill);
const [command, ...commandArguments] = words.slice(split + 1).map(fill);

const java = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/java` : "java";
const server = spawn(java, [
  "--enable-native-access=ALL-UNNAMED",
  "-cp",
  "examples/target/parallax-examples.jar:examples/target/lib/*",
  `dev.parallax.examples.${program}`,
  ...programArguments,
]);
const serverExit = exited(server);
let ended = false;
serverExit.then(() => (ended = true));
const log = fs.createWriteStream(logFile);
let errors = "";
const listening = new Promise((resolve) => {
  let output = "";
  server.stdout.on("data", (data) => {
    log.write(data);
    output += data;
    if (output.includes("://")) resolve(true);
  });
});
server.stderr.on("data", (data) => {
  log.write(data);
  errors += data;
});

const late = new Promise((resolve) => setTimeout(resolve, START_MS, false).unref());
let status = 1;
if (await Promise.race([listening, serverExit.then(() => false), late])) {
  status = await exited(spawn(command, commandArguments, { stdio: "inherit" }));
  if (ended) {
    console.error(`${program} ended while it was needed: ${await serverExit}`);
    status = 1;
  }
} else {
  console.error(`${program} did not start`);
}
if (errors) {
  console.error(`${program} wrote to its standard error:\n${errors.slice(0, 4000)}`);
  status = 1;
}
server.kill("SIGTERM");
const killer = setTimeout(() => server.kill("SIGKILL"), STOP_MS);
await serverExit;
clearTimeout(killer);
process.exit(status === 0 ? 0 : 1);
