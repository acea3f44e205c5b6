/* global document, window, location, Plotly */
// Runs inside report.html: draws the figures, sorts the tables, opens the run that a link names.
(function () {
  const { config, figures } = JSON.parse(document.getElementById('figures').textContent);
  for (const { id, data, layout } of figures) Plotly.newPlot(id, data, layout, config);

  /** A cell's number: the first in it (`71.20 ± 0.31`, `<0.001`, `1,234`), with its sign; NaN for a dash or a word. */
  function numberOf(text) {
    const match = /^[<>≈]?\s*([+\-−]?\d[\d,]*\.?\d*)/.exec(text);
    return match ? Number(match[1].replace('−', '-').replace(/,/g, '')) : NaN;
  }

  function sort(header) {
    const table = header.closest('table');
    const column = Array.prototype.indexOf.call(header.parentNode.children, header);
    const ascending = header.getAttribute('aria-sort') !== 'ascending';
    const rows = Array.from(table.tBodies[0].rows, (row) => {
      const text = row.cells[column].textContent.trim();
      return { row, text, number: numberOf(text) };
    });
    const numeric = rows.some(({ number }) => !Number.isNaN(number)) && header.classList.contains('number');
    rows.sort((a, b) => {
      if (!numeric) return (ascending ? 1 : -1) * a.text.localeCompare(b.text, 'zh');
      // Cells without a number stand last either way.
      if (Number.isNaN(a.number) || Number.isNaN(b.number)) return Number.isNaN(a.number) - Number.isNaN(b.number);
      return (ascending ? 1 : -1) * (a.number - b.number);
    });
    for (const other of header.parentNode.querySelectorAll('[aria-sort]')) other.setAttribute('aria-sort', 'none');
    header.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
    for (const { row } of rows) table.tBodies[0].append(row);
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest('thead button');
    if (button) sort(button.parentNode);
  });

  function openTarget() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === 'DETAILS') target.open = true;
  }
  window.addEventListener('hashchange', openTarget);
  openTarget();
})();
