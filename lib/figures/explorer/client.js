/* global document, window */
/* exported explorer */
// Runs in a page with an explorer box: keeps histogram, numbers and examples in step with what is chosen.

/** @param {HTMLElement} root the box, its data in a script element inside */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- called by the statement that the page puts behind it
function explorer(root) {
  const { colours, corpora } = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
  const form = root.querySelector('form');
  const classes = ['short', 'medium', 'long'];
  const classOf = (length) => (length <= 3 ? 'short' : length <= 7 ? 'medium' : 'long');
  /** Mentions longer than this share the last bar. */
  const longest = 40;
  /** Example sentences shown at once. */
  const most = 4;

  const chosen = (name) => form.elements.namedItem(name).value;
  const corpusOf = () => corpora[Number(chosen('corpus'))];

  function fillTypes() {
    const select = form.elements.namedItem('type');
    const before = select.value;
    const options = corpusOf().types.map(({ type, label }) => new window.Option(label, type));
    select.replaceChildren(new window.Option('all', ''), ...options);
    if (options.some(({ value }) => value === before)) select.value = before;
  }

  /** Mentions of 1, 2, … characters that are chosen. */
  function histogram() {
    const counts = [];
    for (const { type, flat, nested } of corpusOf().types) {
      if (chosen('type') && type !== chosen('type')) continue;
      for (const [name, values] of [['flat', flat], ['nested', nested]]) {
        if (chosen('nesting') && name !== chosen('nesting')) continue;
        values.forEach((count, i) => {
          if (!chosen('length') || classOf(i + 1) === chosen('length')) counts[i] = (counts[i] || 0) + count;
        });
      }
    }
    return Array.from(counts, (count) => count || 0);
  }

  const format = (value) => value.toLocaleString('en');

  function summarise(counts) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const { id, documents, notes } = corpusOf();
    const of = `in ${format(documents)} documents of ${id}${notes.length ? ` (${notes.join('; ')})` : ''}`;
    if (!total) return `No such entity ${of}.`;
    const mean = counts.reduce((sum, count, i) => sum + count * (i + 1), 0) / total;
    const shares = classes.map((name) => `${((100 * counts.reduce((sum, count, i) => sum + (classOf(i + 1) === name ? count : 0), 0)) / total).toFixed(1)} % ${name}`);
    return `${format(total)} ${total === 1 ? 'entity' : 'entities'} ${of}: ${mean.toFixed(2)} characters on average, ${counts.length} at most; ${shares.join(', ')}.`;
  }

  function element(name, attributes, text) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function draw(counts, summary) {
    const box = root.querySelector('.mn-histogram');
    const bars = counts.slice(0, longest);
    const rest = counts.slice(longest).reduce((sum, count) => sum + count, 0);
    if (rest) bars.push(rest);
    const width = Math.max(280, box.clientWidth);
    const [height, left, bottom, top] = [220, 52, 38, 10];
    const highest = Math.max(1, ...bars);
    const step = (width - left - 6) / Math.max(bars.length, 10);
    const y = (count) => top + (height - top - bottom) * (1 - count / highest);
    const svg = element('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Histogram. ${summary}` });
    for (const count of [...new Set([0, Math.round(highest / 2), highest])]) {
      svg.append(
        element('line', { x1: left, x2: width - 4, y1: y(count), y2: y(count), class: 'grid' }),
        element('text', { x: left - 6, y: y(count) + 4, 'text-anchor': 'end' }, format(count)),
      );
    }
    const every = [1, 2, 5, 10].find((n) => n * step >= 22) || 10;
    bars.forEach((count, i) => {
      const name = i < longest ? String(i + 1) : `over ${longest}`;
      const bar = element('rect', { x: left + i * step + 1, width: Math.max(1, step - 2), y: y(count), height: height - bottom - y(count), fill: colours[classOf(i + 1)] });
      bar.append(element('title', {}, `${name} characters: ${format(count)}`));
      svg.append(bar);
      if (i === 0 || (i + 1) % every === 0) svg.append(element('text', { x: left + (i + 0.5) * step, y: height - bottom + 16, 'text-anchor': 'middle' }, i < longest ? name : `>${longest}`));
    });
    svg.append(element('text', { x: left + (width - left) / 2, y: height - 4, 'text-anchor': 'middle' }, 'characters'));
    box.replaceChildren(svg);
  }

  function tabulate(counts) {
    const table = document.createElement('table');
    const head = table.createTHead().insertRow();
    for (const name of ['characters', 'entities']) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = name;
      head.append(cell);
    }
    const body = table.createTBody();
    counts.forEach((count, i) => {
      if (!count) return;
      const row = body.insertRow();
      row.insertCell().textContent = String(i + 1);
      row.insertCell().textContent = format(count);
    });
    root.querySelector('.mn-numbers').replaceChildren(table);
  }

  const wanted = ['type', 'length', 'nesting'];
  const fits = (kind) => kind.split('/').every((part, i) => !chosen(wanted[i]) || part === chosen(wanted[i]));

  function exemplify() {
    const box = root.querySelector('.mn-examples');
    const { examples } = corpusOf();
    const found = examples.filter(({ kinds }) => kinds.some(fits)).slice(0, most);
    if (!found.length) {
      const note = document.createElement('p');
      note.className = 'mn-empty';
      note.textContent = examples.length ? 'No sentence shows this.' : 'No sentences: this corpus belongs to its publisher, and only its counts are here.';
      box.replaceChildren(note);
      return;
    }
    // Made from documents by the same code as every other page of them, which escapes their text.
    box.innerHTML = found.map(({ html }) => html).join('');
    const all = wanted.every((name) => !chosen(name));
    for (const label of box.querySelectorAll('b[data-kind]')) label.classList.toggle('mn-hit', !all && fits(label.dataset.kind));
  }

  function update() {
    const counts = histogram();
    const summary = summarise(counts);
    root.querySelector('.mn-summary').textContent = summary;
    draw(counts, summary);
    tabulate(counts);
    exemplify();
  }

  form.addEventListener('change', ({ target }) => {
    if (target.name === 'corpus') fillTypes();
    update();
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  window.addEventListener('resize', () => draw(histogram(), root.querySelector('.mn-summary').textContent));
  fillTypes();
  update();
}
