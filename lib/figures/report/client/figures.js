/* global document, window, Blob, DecompressionStream, Response, IntersectionObserver, atob */
// Turns a figure's picture into an interactive figure when it is scrolled near; Plotly is unpacked with the first.

const { config, figures } = JSON.parse(document.getElementById('figures').textContent);
let unpacking;

async function unpack() {
  const packed = atob(document.getElementById('plotly').textContent);
  const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
  const source = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const script = document.createElement('script');
  script.textContent = await new Response(source).text();
  document.head.append(script);
}

async function draw({ id, data, layout }) {
  const figure = document.getElementById(id);
  try {
    await (unpacking ??= unpack());
    // Shown before it is drawn, so that it is drawn at its box's width.
    figure.classList.add('drawn');
    await window.Plotly.newPlot(figure.querySelector('.plot'), data, layout, config);
  } catch (error) {
    figure.classList.remove('drawn');
    figure.querySelector('figcaption').append(` It stays a picture: ${error.message}`);
  }
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    void draw(figures.find(({ id }) => id === target.id));
  }
}, { rootMargin: '500px' });
for (const { id } of figures) near.observe(document.getElementById(id));
