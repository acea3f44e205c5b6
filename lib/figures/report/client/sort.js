/* global document */
// Sorts a table by the column whose head is pressed: numbers by value, equal ones in the order they had.

/** A cell's number: the first in it (`71.20 ± 0.31`, `<0.001`, `1,234`, `1.2e-5`), with its sign; NaN for a dash or a word. */
function numberOf(text) {
  const match = /^[<>≈]?\s*([+\-−]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?)/i.exec(text);
  return match ? Number(match[1].replace('−', '-').replace(/,/g, '')) : NaN;
}

function compare(numeric, sign) {
  return (a, b) => {
    if (!numeric) return sign * a.text.localeCompare(b.text, 'zh', { numeric: true });
    // Cells without a number stand last either way.
    if (Number.isNaN(a.number) || Number.isNaN(b.number)) return Number.isNaN(a.number) - Number.isNaN(b.number);
    return sign * (a.number - b.number);
  };
}

document.addEventListener('click', ({ target }) => {
  const header = target.closest('thead button')?.parentNode;
  if (!header) return;
  const body = header.closest('table').tBodies[0];
  const ascending = header.getAttribute('aria-sort') !== 'ascending';
  const rows = Array.from(body.rows, (row) => {
    const text = row.cells[header.cellIndex].textContent.trim();
    return { row, text, number: numberOf(text) };
  });
  const numeric = header.classList.contains('number') && rows.some(({ number }) => !Number.isNaN(number));
  rows.sort(compare(numeric, ascending ? 1 : -1));
  for (const other of header.parentNode.querySelectorAll('[aria-sort]')) other.setAttribute('aria-sort', 'none');
  header.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
  body.append(...rows.map(({ row }) => row));
});
