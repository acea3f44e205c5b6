import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { inProject } from '../common';
import { pretrainingEffect, type Figure } from '../figures';
import type { Spread } from '../experiments';

interface StoredEffect {
  corpus: string;
  profile: string;
  rows: { variant: string; start: string; share: number | null; rate: number; f1: Spread; seconds: Spread }[];
}

/** A stored comparison of encoders by where they start from, ready to be shown. */
export interface PretrainingResult {
  corpus: string;
  rows: Record<string, string | number>[];
  figure: Figure;
}

/** What `medner experiment pretraining` has left in results/pretraining, corpus by corpus. */
export function pretrainingResults(folder = inProject('results', 'pretraining')): PretrainingResult[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).sort() : [];
  return files.map((name) => {
    const { corpus, profile, rows } = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as StoredEffect;
    const variants = [...new Set(rows.map(({ variant }) => variant))];
    return {
      corpus: name.replace(/\.json$/, ''),
      rows: rows.map(({ variant, start, rate, f1, seconds }) => ({
        model: variant, 'encoder starts from': start, F1: f1.mean, '± SD': f1.deviation ?? '–', seeds: f1.values.length, rate, 'minutes of fine-tuning': seconds.mean / 60,
      })),
      figure: pretrainingEffect(
        variants.map((variant) => ({ name: variant, points: rows.filter((row) => row.variant === variant).map(({ start, share, f1 }) => ({ label: start, share, mean: f1.mean, deviation: f1.deviation })) })),
        `What pre-training brings: ${corpus}, ${profile}`,
      ),
    };
  });
}
