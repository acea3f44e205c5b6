'use strict';
/* global setInterval */
/**
 * Starts tslab 1.0.22 (pinned) as this project's Jupyter kernel and mends what it lacks:
 *  - cells import './lib/index' from the project's root, typed by declarations and run by tsx (see declarations.cjs);
 *  - no output is lost: tslab's publisher drops messages beyond ZeroMQ's high-water mark of 1,000 and those that meet
 *    another on its way, and cuts characters that a chunk splits;
 *  - errors are Jupyter `error` outputs with name, message and stack, where tslab prints to stderr;
 *  - failures after a cell ended (a rejected promise, a throwing timer) are reported at that cell and kept for the
 *    headless runner, where tslab prints them wherever output goes then;
 *  - `{ name }` of an earlier cell's variable works;
 *  - execution counts, `stop_on_error`, `aborted` replies, and a prompt exit.
 * usage: node tslab-kernel.cjs CONNECTION_FILE
 */
const path = require('node:path');
const root = path.resolve(__dirname, '..', '..');
process.chdir(root);

const ts = require('@tslab/typescript-for-tslab');
const jupyter = require('tslab/dist/jupyter.js');
const zmq = require('zeromq');
const executors = require('tslab/dist/executor.js');
const { CellRunner } = require('./cell-runner.cjs');
const { ensureDeclarations, showDeclarations } = require('./declarations.cjs');

const { ZmqServer, JupyterHandlerImpl } = jupyter;
const cells = new CellRunner(root);

// For display.ts: tslab's own display API publishes one media type at a time, a figure has several.
globalThis[Symbol.for('medner.display')] = (data, id, update) =>
  jupyter.lastWriteDisplayData({ data, metadata: {}, transient: id ? { display_id: id } : {} }, update);

// tslab's main.js hands console.error to its executor: a thrown value, or a format with a compiler's diagnostic.
const { createExecutor } = executors;
executors.createExecutor = (rootDir, converters, console) => {
  const executor = createExecutor(rootDir, converters, { log: console.log, error: (...args) => cells.failed(args) });
  return { ...executor, execute: (source) => executor.execute(withoutShorthand(source)) };
};

/** `{ name: name }` for each `{ name }`: tslab loses sight of an earlier cell's variable in the short form. */
function withoutShorthand(source) {
  const names = [];
  const visit = (node) => {
    if (ts.isShorthandPropertyAssignment(node)) names.push(node.name);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest));
  return names.reduceRight((text, name) => `${text.slice(0, name.end)}: ${name.text}${text.slice(name.end)}`, source);
}

JupyterHandlerImpl.prototype.createWriteToIopub = function (name, writeStream) {
  // Streaming, so that a character split between two chunks arrives whole.
  const decoder = new TextDecoder();
  return (chunk, encoding, callback) => {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text) writeStream(name, text);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
};

ZmqServer.prototype.handleExecute = async function (socket, message) {
  const send = (type, content, to) => {
    const reply = message.createReply();
    reply.header.msg_type = type;
    reply.content = content;
    reply.signAndSend(this.connInfo.key, to);
  };
  const content = await cells.execute(this.handler, message.content, (type, body) => send(type, body, this.iopub));
  send('execute_reply', content, socket);
};

const { bindSocket } = ZmqServer.prototype;
ZmqServer.prototype.bindSocket = function (socket, port) {
  if (socket === this.iopub) socket.sendHighWaterMark = 0; // unlimited
  return bindSocket.call(this, socket, port);
};

// tslab never waits for a send, and ZeroMQ refuses one while another is on its way: they queue here.
for (const { prototype } of [zmq.Publisher, zmq.Router]) {
  const { send } = prototype;
  const last = new WeakMap();
  Object.defineProperty(prototype, 'send', {
    value(parts) {
      const sent = (last.get(this) ?? Promise.resolve()).then(() => send.call(this, parts));
      last.set(this, sent);
      return sent;
    },
  });
}

// Timers, workers or browsers that cells left behind must not keep the kernel; the reply needs a moment to go out.
ZmqServer.prototype.close = () => void setTimeout(() => process.exit(0), 100);

// A kernel whose Jupyter was killed has nobody to serve.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(1), 5_000).unref();

async function start() {
  showDeclarations(ts, root, await ensureDeclarations(root));
  require('tslab/dist/main.js').startKernel({ configPath: process.argv[2], enableFindLocal: false, jsKernel: false });
  require('tsx/cjs');
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.removeAllListeners(event);
    process.on(event, (reason) => cells.failedLate(reason));
  }
}

start().catch((error) => {
  console.error(error);
  process.exit(1);
});
