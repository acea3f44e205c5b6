import type { Annotations, Shape } from 'plotly.js';
import { figure, palette, type Figure } from './theme';

/** What the figure says: an `AugmentReport` has all of it. */
export interface ProcessCounts {
  train: { documents: number; entities: number };
  easy: Record<'substitution' | 'joining' | 'sentences', { made: number }>;
  remote: {
    trainMentions: number;
    terms: Record<'train' | 'lexicon' | 'instance', number>;
    annotation: {
      candidates: number;
      accepted: number;
      corrected: { type: number; boundary: number };
      refuted: number;
      undecided: number;
      sentences: { all: number; kept: number };
    };
    made: number;
  };
  sources: { instances: string; verifier: string };
}

interface Box {
  x: number;
  y: number;
  text: string;
  colour: string;
}

const [blue, orange, green] = palette;
const half = { width: 1.02, height: 0.36 };
const count = (n: number): string => n.toLocaleString('en');

/** A box of the chart, its corners in the axes' units. */
const frame = ({ x, y, colour }: Box): Partial<Shape> => ({
  type: 'rect', x0: x - half.width, x1: x + half.width, y0: y - half.height, y1: y + half.height, line: { color: colour, width: 2 }, fillcolor: '#fff', layer: 'below',
});

const words = ({ x, y, text }: Box): Partial<Annotations> => ({ x, y, text, showarrow: false, align: 'center', font: { size: 12 } });

/** An arrow between two points of boxes, with what passes along it, a share `at` of the way. */
function arrow(from: [x: number, y: number], to: [x: number, y: number], label = '', at = 0.5): Partial<Annotations>[] {
  const [[ax, ay], [x, y]] = [from, to];
  const line: Partial<Annotations> = { x, y, ax, ay, xref: 'x', yref: 'y', axref: 'x', ayref: 'y', text: '', showarrow: true, arrowhead: 2, arrowwidth: 1.5, arrowcolor: '#555' };
  if (label === '') return [line];
  return [line, { x: ax + at * (x - ax), y: ay + at * (y - ay), text: label, showarrow: false, font: { size: 11, color: '#444' }, bgcolor: '#fff', borderpad: 1 }];
}

const top = ({ x, y }: Box, aside = 0): [number, number] => [x + aside, y + half.height];
const bottom = ({ x, y }: Box, aside = 0): [number, number] => [x + aside, y - half.height];
const left = ({ x, y }: Box): [number, number] => [x - half.width, y];
const right = ({ x, y }: Box, above = 0): [number, number] => [x + half.width, y + above];

/**
 * Figure 3 of paper B: the process of augmentation, easy data augmentation on the left and remote supervision on the right, with what passed along
 * each arrow.
 */
export function augmentationProcess({ train, easy, remote, sources }: ProcessCounts): Figure {
  const { annotation, terms } = remote;
  const corrected = annotation.corrected.type + annotation.corrected.boundary;
  const box = (x: number, y: number, text: string, colour: string): Box => ({ x, y, text, colour });
  const all = terms.train + terms.lexicon + terms.instance;
  const split = box(3.4, 6, `<b>training split</b><br>${count(train.documents)} documents`, palette[6]);
  const substitution = box(0, 4.2, 'synonymous entity<br>substitution', orange);
  const joining = box(2.3, 4.2, 'entity<br>augmentation', orange);
  const sentences = box(4.6, 4.2, 'sentence<br>replacement', orange);
  const dictionary = box(7.6, 4.2, `<b>medical entity dictionary</b><br>${count(all)} terms`, blue);
  const lexicons = box(11.6, 4.8, 'typed lexicons', blue);
  const instances = box(11.6, 3.8, sources.instances, blue);
  const matching = box(7.6, 2.8, 'multi-pattern<br>matching', blue);
  const unlabelled = box(11.6, 2.8, 'unlabelled texts', blue);
  const verification = box(7.6, 1.4, `contextual verification<br>(${sources.verifier})`, blue);
  const refused = box(11.6, 1.4, `${count(annotation.refuted)} refuted,<br>${count(annotation.undecided)} undecided`, palette[7]);
  const annotated = box(7.6, 0, 'annotated<br>sentences', blue);
  const made = remote.made + easy.substitution.made + easy.joining.made + easy.sentences.made;
  const augmented = box(2.3, 0, `<b>augmented training set</b><br>${count(train.documents + made)} documents`, green);
  const boxes = [split, substitution, joining, sentences, dictionary, lexicons, instances, matching, unlabelled, verification, refused, annotated, augmented];
  const arrows = [
    ...arrow(bottom(split, -0.4), top(substitution), `${count(train.entities)} mentions`),
    ...arrow(bottom(split, -0.1), top(joining)),
    ...arrow(bottom(split, 0.2), top(sentences)),
    ...arrow(bottom(split, 0.5), top(dictionary), `${count(remote.trainMentions)} distinct mentions`),
    ...arrow(left(lexicons), right(dictionary, 0.15), `${count(terms.lexicon)} terms`),
    ...arrow(left(instances), right(dictionary, -0.15), `${count(terms.instance)} terms`),
    ...arrow(bottom(dictionary), top(matching), `${count(all)} terms`),
    ...arrow(left(unlabelled), right(matching), `${count(annotation.sentences.all)} sentences`),
    ...arrow(bottom(matching), top(verification), `${count(annotation.candidates)} matches`),
    ...arrow(right(verification), left(refused), `${count(annotation.refuted + annotation.undecided)}`),
    ...arrow(bottom(verification), top(annotated), `${count(annotation.accepted + corrected)} verified, ${count(corrected)} of them corrected`),
    ...arrow(left(annotated), right(augmented), `${count(remote.made)} of ${count(annotation.sentences.kept)} kept`),
    ...arrow(bottom(substitution), top(augmented, -0.5), `${count(easy.substitution.made)} documents`, 0.35),
    ...arrow(bottom(joining), top(augmented), `${count(easy.joining.made)} documents`, 0.35),
    ...arrow(bottom(sentences), top(augmented, 0.5), `${count(easy.sentences.made)} documents`, 0.35),
  ];
  return figure([], 'Data augmentation, with what passed along each arrow', { width: 1120, height: 620 }, {
    shapes: boxes.map(frame),
    annotations: [...boxes.map(words), ...arrows],
    xaxis: { visible: false, range: [-1.3, 12.9], fixedrange: true },
    yaxis: { visible: false, range: [-0.6, 6.6], fixedrange: true },
    margin: { l: 10, r: 10, t: 56, b: 10 },
  });
}
