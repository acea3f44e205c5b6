/* global document, window */
// The contents are open where they stand beside the text, and closed where they would push it down.

const contents = document.querySelector('.contents details');
const narrow = window.matchMedia('(max-width: 69.99rem)');
const fit = () => (contents.open = !narrow.matches);
narrow.addEventListener('change', fit);
contents.addEventListener('click', ({ target }) => {
  if (narrow.matches && target.closest('a')) contents.open = false;
});
fit();
