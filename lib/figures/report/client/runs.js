/* global document, window, location */
// Opens the record of a run beside the row that leads to it, with the other runs of the row at hand.

const panel = document.getElementById('panel');

/** Shows a run in the panel; `links` are those of its row. */
function show(run, links) {
  panel.querySelector('h2').textContent = run.dataset.title;
  panel.querySelector('.panel-body').replaceChildren(run.querySelector('.record').cloneNode(true));
  panel.querySelector('nav').replaceChildren(...links.map((link) => {
    const copy = link.cloneNode(true);
    copy.textContent = link.getAttribute('aria-label') ?? link.textContent;
    if (copy.hash === `#${run.id}`) copy.setAttribute('aria-current', 'true');
    return copy;
  }));
  if (!panel.open) panel.showModal();
}

const runOf = (hash) => hash.startsWith('#run-') && document.getElementById(decodeURIComponent(hash.slice(1)));

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#run-"]');
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const run = link && plain && runOf(link.hash);
  if (!run) return;
  event.preventDefault();
  show(run, [...link.parentNode.querySelectorAll('a[href^="#run-"]')]);
});

panel?.addEventListener('click', ({ target }) => {
  // The panel itself is hit only where nothing of it is: outside.
  if (target === panel || target.closest('.close')) panel.close();
});

/** An address that names a run opens it in the list of all. */
function openNamed() {
  const run = runOf(location.hash);
  if (run) run.open = true;
}
window.addEventListener('hashchange', openNamed);
openNamed();
