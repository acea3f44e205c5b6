/* global document */
// Narrows a table to the rows whose data fit what a form says, and tells how many are left.

for (const form of document.querySelectorAll('form[data-filters]')) {
  const rows = [...document.getElementById(form.dataset.filters).tBodies[0].rows];

  const fits = (row) => [...form.elements].every((control) => {
    if (!control.name || control.value === '' || (control.type === 'checkbox' && !control.checked)) return true;
    if (control.name === 'words') return row.textContent.toLowerCase().includes(control.value.trim().toLowerCase());
    return row.dataset[control.name] === control.value;
  });

  const update = () => {
    for (const row of rows) row.hidden = !fits(row);
    const left = rows.filter((row) => !row.hidden).length;
    form.querySelector('output').textContent = `${left} of ${rows.length} rows`;
  };
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  update();
}
