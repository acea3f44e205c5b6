import type { Command } from 'commander';
import { displayPath } from '../common';
import { importWeights } from '../models/import-weights';

interface ImportFlags {
  name?: string;
  out?: string;
  force?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('weights')
    .description('published encoders')
    .command('import')
    .description('take over a published BERT, RoBERTa-wwm, MacBERT or RoFormer: safetensors, TensorFlow h5 or flax msgpack, checked name by name')
    .argument('<dir>', 'a folder with config.json, vocab.txt and the weights')
    .option('--name <name>', "the folder's name in data/models (default: that of <dir>)")
    .option('--out <dir>', 'write there instead of data/models')
    .option('--force', 'write over weights that are there')
    .option('--json', 'print the report as JSON')
    .action(async (dir: string, flags: ImportFlags) => {
      const report = await importWeights(dir, flags);
      if (flags.json) {
        process.stdout.write(`${JSON.stringify(report)}\n`);
        return;
      }
      const folder = displayPath(report.folder);
      process.stdout.write(
        `${folder}: ${report.tensors} tensors, ${report.parameters.toLocaleString('en')} parameters from ${displayPath(report.source)}\n` +
          (report.dropped.length > 0 ? `Left aside, as no model here uses them: ${report.dropped.join(', ')}\n` : '') +
          `Use it with --set model.encoder.weights=${folder}\n`,
      );
    });
}
