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
 *  - execution counts, `stop_on_error`, `aborted` replies, and a prompt exit;
 *  - the kernel is busy while a cell runs, also when others wait or a completion is answered meanwhile;
 *  - an interrupt never ends the kernel, and a cell that listens for it ends by itself, with its own words;
 *  - requests that tslab does not know (a console's history) are answered or passed over in silence, where it prints
 *    into the cell that ran last.
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
  return {
    ...executor,
    interrupt: () => interrupt(executor),
    execute(source) {
      const ended = executor.execute(withoutShorthand(source)); // returns at the cell's first await
      heedInterrupts();
      return ended;
    },
  };
};

/**
 * Listens for SIGINT anew. Node's `breakOnSigint`, under which tslab runs a cell's synchronous part, leaves the signal's default
 * (an interrupt ends the kernel) where that part began to listen, as a training does.
 */
function heedInterrupts() {
  const listeners = process.rawListeners('SIGINT').filter((listener) => listener !== countListeners);
  process.removeAllListeners('SIGINT');
  for (const listener of [countListeners, ...listeners]) process.on('SIGINT', listener);
}

/** Whether others than tslab and this file hear the interrupt; told first of all, before those that listen once are gone. */
let heard = false;
function countListeners() {
  heard = process.listenerCount('SIGINT') > 2;
}

/**
 * A cell that listens for SIGINT itself (a training, an experiment) has so many milliseconds to stop where it can go on later
 * and to say so; then, and at once for any other, tslab gives up waiting for it.
 */
const interruptGrace = 900;

function interrupt(executor) {
  const cell = cells.runningCell();
  if (cell && heard) setTimeout(() => cell.running && executor.interrupt(), interruptGrace);
  else executor.interrupt();
}

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
  const content = await cells.execute(this.handler, message.content, (type, body) => {
    if (type === 'status') running = message;
    send(type, body, this.iopub);
  });
  send('execute_reply', content, socket);
  if (running === message) running = undefined;
};

/** The request whose cell runs. */
let running;

/** Requests that tslab has a handler for. It prints the names of others, into the cell that ran last. */
const handled = new Set(['kernel_info_request', 'execute_request', 'is_complete_request', 'inspect_request', 'complete_request', 'shutdown_request']);
/** What the others are answered; any further one goes without an answer. */
const answers = { comm_info_request: { status: 'ok', comms: {} }, history_request: { status: 'ok', history: [] } };
/** Types of requests on their way to `handleCommInfoRequest`, where all that are not handled go. */
const rerouted = new WeakMap();

const { publishStatus } = ZmqServer.prototype;
ZmqServer.prototype.publishStatus = function (status, message) {
  const type = message.header.msg_type;
  if (status === 'busy' && type === 'execute_request') return; // the runner says so when its turn comes
  publishStatus.call(this, status, message);
  if (status === 'idle' && running) publishStatus.call(this, 'busy', running);
  if (status === 'busy' && !handled.has(type)) {
    rerouted.set(message, type);
    message.header.msg_type = 'comm_info_request';
  }
};

ZmqServer.prototype.handleCommInfoRequest = function (socket, message) {
  const type = rerouted.get(message);
  message.header.msg_type = type;
  if (!answers[type]) return;
  const reply = message.createReply();
  reply.header.msg_type = type.replace(/request$/, 'reply');
  reply.content = answers[type];
  reply.signAndSend(this.connInfo.key, socket);
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
