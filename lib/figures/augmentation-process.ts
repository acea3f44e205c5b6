import type { Annotations, Shape } from 'plotly.js';
import { figure, palette, type Figure } from './theme';

/** What the figure says: an `AugmentReport` has all of it. */
export interface ProcessCounts {
  train: { documents: number; entities: number };
  easy: Record<'substitution' | 'joining' | 'sentences', { made: number }>;
  remote: {
    trainMentions: number;
    terms: Record<'train' | 'lexicon' | 'instance', number>;
    passages: { read: number; scored: number };
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

/** An arrow from box to box, with what passes along it. */
function arrow(from: Box, to: Box, label: string): Partial<Annotations>[] {
  const across = from.y === to.y;
  const side = Math.sign(to.x - from.x);
  const [ax, ay] = across ? [from.x + side * half.width, from.y] : [from.x, from.y - half.height];
  const [x, y] = across ? [to.x - side * half.width, to.y] : [to.x, to.y + half.height];
  return [
    { x, y, ax, ay, xref: 'x', yref: 'y', axref: 'x', ayref: 'y', text: '', showarrow: true, arrowhead: 2, arrowwidth: 1.5, arrowcolor: '#555' },
    { x: (x + ax) / 2, y: (y + ay) / 2, text: label, showarrow: false, font: { size: 11, color: '#444' }, bgcolor: '#fff', borderpad: 1, ...(across ? { yshift: 12 } : {}) },
  ];
}

/** Figure 3 of paper B: the process of augmentation, easy data augmentation on the left and remote supervision on the right, with what passed along each arrow. */
export function augmentationProcess({ train, easy, remote, sources }: ProcessCounts): Figure {
  const { annotation, terms } = remote;
  const corrected = annotation.corrected.type + annotation.corrected.boundary;
  const box = (x: number, y: number, text: string, colour: string): Box => ({ x, y, text, colour });
  const split = box(3.4, 6, `<b>training split</b><br>${count(train.documents)} documents`, palette[6]);
  const substitution = box(0, 4.2, 'synonymous entity<br>substitution', orange);
  const joining = box(2.3, 4.2, 'entity<br>augmentation', orange);
  const sentences = box(4.6, 4.2, 'sentence<br>replacement', orange);
  const dictionary = box(7.6, 4.2, `<b>medical entity dictionary</b><br>${count(terms.train + terms.lexicon + terms.instance)} terms`, blue);
  const lexicons = box(10.6, 4.8, 'typed lexicons', blue);
  const instances = box(10.6, 3.6, sources.instances, blue);
  const matching = box(7.6, 2.8, 'multi-pattern<br>matching', blue);
  const unlabelled = box(10.6, 2.4, 'unlabelled texts', blue);
  const verification = box(7.6, 1.4, `contextual verification<br>(${sources.verifier})`, blue);
  const refused = box(10.6, 1.4, 'left out', palette[7]);
  const annotated = box(7.6, 0, 'annotated sentences', blue);
  const augmented = box(2.3, 0, `<b>augmented training set</b><br>${count(train.documents + remote.made + Object.values(easy).reduce((sum, { made }) => sum + made, 0))} documents`, green);
  const boxes = [split, substitution, joining, sentences, dictionary, lexicons, instances, matching, unlabelled, verification, refused, annotated, augmented];
  const arrows = [
    ...arrow(split, substitution, ''),
    ...arrow(split, joining, `${count(train.entities)} mentions`),
    ...arrow(split, sentences, ''),
    ...arrow(split, dictionary, `${count(remote.trainMentions)} distinct mentions`),
    ...sideways(lexicons, dictionary, `${count(terms.lexicon)} terms`),
    ...sideways(instances, dictionary, `${count(terms.instance)} terms`),
    ...arrow(dictionary, matching, `${count(terms.train + terms.lexicon + terms.instance)} terms`),
    ...sideways(unlabelled, matching, `${count(annotation.sentences.all)} sentences`),
    ...arrow(matching, verification, `${count(annotation.candidates)} matches`),
    ...arrow(verification, refused, `${count(annotation.refuted + annotation.undecided)}`),
    ...arrow(verification, annotated, `${count(annotation.accepted + corrected)} verified, ${count(corrected)} of them corrected`),
    ...arrow(annotated, augmented, `${count(remote.made)} of ${count(annotation.sentences.kept)} kept`),
    ...arrow(substitution, augmented, `${count(easy.substitution.made)} documents`),
    ...arrow(joining, augmented, `${count(easy.joining.made)} documents`),
    ...arrow(sentences, augmented, `${count(easy.sentences.made)} documents`),
  ];
  return figure([], 'Data augmentation, with what passed along each arrow', { width: 1080, height: 620 }, {
    shapes: boxes.map(frame),
    annotations: [...boxes.map(words), ...arrows],
    xaxis: { visible: false, range: [-1.3, 11.9], fixedrange: true },
    yaxis: { visible: false, range: [-0.6, 6.6], fixedrange: true },
    margin: { l: 10, r: 10, t: 56, b: 10 },
  });
}

/** An arrow from a box at the right to one at the left, somewhat higher or lower. */
function sideways(from: Box, to: Box, label: string): Partial<Annotations>[] {
  const [ax, x] = [from.x - half.width, to.x + half.width];
  const y = to.y + 0.5 * Math.max(-half.height, Math.min(half.height, from.y - to.y));
  return [
    { x, y, ax, ay: from.y, xref: 'x', yref: 'y', axref: 'x', ayref: 'y', text: '', showarrow: true, arrowhead: 2, arrowwidth: 1.5, arrowcolor: '#555' },
    { x: (x + ax) / 2, y: (y + from.y) / 2, text: label, showarrow: false, font: { size: 11, color: '#444' }, bgcolor: '#fff', borderpad: 1 },
  ];
}
