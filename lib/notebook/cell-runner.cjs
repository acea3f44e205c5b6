'use strict';
/** Runs cells one after another, publishes what they print and how they fail, also long after they ended. */
const { AsyncLocalStorage } = require('node:async_hooks');
const util = require('node:util');

/** Frames of the kernel itself: no reader of a notebook wants them. */
const ownFrames = /node_modules[\\/]tslab[\\/]|node:vm|node:internal|sigintHandlersWrap|lib[\\/]notebook[\\/](tslab-kernel|cell-runner)/;
/** Prints within this many milliseconds travel as one message. */
const batching = 50;
/** Requests that were waiting in the socket when a cell failed arrive within this time, and are aborted with the others. */
const abortWindow = 100;
/** The runner's last cell waits so long for timers that cells left behind. */
const settling = 10_000;
/** What tslab throws in place of a cell that was interrupted, and what is said of it. */
const gaveUp = 'Interrupted asynchronously';
const told = 'the cell was interrupted; what it had under way ends when it next looks';
const interrupted = { ename: 'Interrupted', evalue: told, traceback: [`Interrupted: ${told}`] };
/** A cell of this text is no code: the runner of headless notebooks asks what happened (see run.ts). */
const settleRequest = '// medner: settle';

const clip = (text, length) => (text.length > length ? `${text.slice(0, length)} …` : text);

/** A thrown value as Jupyter's error output, without the kernel's own frames. */
function errorOutput(reason) {
  const native = util.types.isNativeError(reason);
  // Where a training that a reader stopped was stopped is in its words, not in the library's frames.
  const text = native && reason.name === 'Interrupted' ? String(reason) : native ? reason.stack || String(reason) : util.inspect(reason);
  const traceback = text.split('\n').filter((line) => !(/^\s+at /.test(line) && ownFrames.test(line))).slice(0, 60).map((line) => clip(line, 400));
  return { ename: native ? reason.name : 'Thrown', evalue: clip(native ? reason.message : util.inspect(reason), 2000), traceback };
}

class Cell {
  constructor(count, publish) {
    this.count = count;
    this.publish = publish;
    this.running = true;
    this.error = undefined;
    this.pending = [];
    this.timer = undefined;
    /** What was published, for the runner to compare with what the notebook holds. */
    this.published = { stdout: 0, stderr: 0, displays: 0 };
  }

  write(name, text) {
    this.published[name] += text.length;
    const last = this.pending.at(-1);
    if (last?.name === name) last.text += text;
    else this.pending.push({ name, text });
    this.timer ??= setTimeout(() => this.flush(), batching);
  }

  display(data, update) {
    this.flush();
    if (!update) this.published.displays++;
    this.publish(update ? 'update_display_data' : 'display_data', data);
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const stream of this.pending.splice(0)) this.publish('stream', stream);
  }
}

class CellRunner {
  constructor(root) {
    this.root = root;
    this.context = new AsyncLocalStorage();
    this.queue = Promise.resolve();
    this.arrivals = 0;
    this.abortBefore = 0;
    this.cells = [];
    this.late = [];
    /** Set by the headless runner, which asks for all outputs but wants no cell run after a failure. */
    this.stopAtFirstError = process.env.MEDNER_STOP_AT_FIRST_ERROR === '1';
    this.stopped = false;
  }

  /** The body of an execute_reply. */
  execute(handler, request, publish) {
    const arrival = ++this.arrivals;
    const result = this.queue.then(async () => {
      publish('status', { execution_state: 'busy' });
      if (request.code.trim() === settleRequest) return this.settle(publish);
      if (arrival <= this.abortBefore || this.stopped) return { status: 'aborted' };
      return this.run(handler, request, publish);
    });
    this.queue = result.catch(() => {});
    return result;
  }

  runningCell() {
    const cell = this.cells.at(-1);
    return cell?.running ? cell : undefined;
  }

  async run(handler, request, publish) {
    const cell = new Cell(handler.execCount + 1, publish);
    this.cells.push(cell);
    publish('execute_input', { code: request.code, execution_count: cell.count });
    await new Promise((resolve) => setImmediate(resolve)); // compiling blocks, and what was published must be seen before
    try {
      await this.context.run(cell, () =>
        handler.handleExecuteImpl(request, (name, text) => cell.write(name, text), (data, update) => cell.display(data, update)));
    } catch (thrown) {
      // tslab throws the execution count of a cell that failed, having called `failed`; anything else is its own fault.
      if (thrown?.count !== cell.count) cell.error ??= errorOutput(thrown);
      cell.error ??= { ename: 'Error', evalue: 'the cell failed', traceback: [] };
    }
    await new Promise((resolve) => setImmediate(resolve)); // rejections of the cell's last moments are reported before this
    cell.flush();
    cell.running = false;
    if (!cell.error) return { status: 'ok', execution_count: cell.count, payload: [], user_expressions: {} };
    publish('error', cell.error);
    if (this.stopAtFirstError) this.stopped = true;
    if (request.stop_on_error !== false) {
      await new Promise((resolve) => setTimeout(resolve, abortWindow));
      this.abortBefore = this.arrivals;
    }
    return { status: 'error', execution_count: cell.count, ...cell.error };
  }

  /** What tslab's executor reports of the running cell: one thrown value, or a diagnostic as a format with arguments. */
  failed(args) {
    const cell = this.cells.at(-1);
    if (args.length === 1) {
      cell.error = args[0]?.message === gaveUp ? interrupted : errorOutput(args[0]);
      return;
    }
    const line = clip(util.format(...args), 2000);
    if (cell.error?.ename === 'TypeScript') cell.error.traceback.push(line);
    else cell.error = { ename: 'TypeScript', evalue: line, traceback: [line] };
  }

  /** A rejection that nobody handled, or an exception outside of any cell's call. */
  failedLate(reason) {
    const cell = this.context.getStore() ?? this.cells.at(-1);
    const error = errorOutput(reason);
    if (!cell) {
      process.stderr.write(`${error.traceback.join('\n')}\n`);
      process.exit(1); // the kernel itself could not start
    }
    if (cell.running) {
      cell.error ??= error;
      return;
    }
    const late = { ...error, evalue: `${error.evalue} (after cell [${cell.count}] had ended)` };
    this.late.push({ cell: cell.count, ...late });
    cell.publish('error', late);
    if (this.stopAtFirstError) this.stopped = true;
  }

  /** Waits for what cells left running, then publishes what every cell printed and which failed late. */
  async settle(publish) {
    const deadline = Date.now() + settling;
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    do await new Promise((resolve) => setTimeout(resolve, batching));
    while (!this.late.length && timers() > 0 && Date.now() < deadline);
    const report = { cells: this.cells.map(({ count, published }) => ({ count, ...published })), late: this.late };
    publish('display_data', { data: { 'application/json': report }, metadata: {}, transient: {} });
    return { status: 'ok', execution_count: this.cells.length + 1, payload: [], user_expressions: {} };
  }
}

module.exports = { CellRunner };
