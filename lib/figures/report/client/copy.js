/* global document, navigator, window */
// Copies the command that stands beside a button.

/** For pages that may not use the clipboard directly: selects the text and copies the selection. */
function copySelection(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand('copy');
}

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('button.copy');
  if (!button) return;
  const code = button.parentNode.querySelector('code');
  let copied;
  try {
    await navigator.clipboard.writeText(code.textContent);
    copied = true;
  } catch {
    copied = copySelection(code);
  }
  button.textContent = copied ? 'Copied' : 'Press Ctrl-C';
  setTimeout(() => (button.textContent = 'Copy'), 2000);
});
