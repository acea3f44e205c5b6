import { fontFamily } from './theme';

/**
 * Style of text with entities. Always on a white ground, as the colours of the types are chosen for it. What a mark or a label tells stands
 * at the foot of the window while it is pointed at or has the focus: there it covers no text and fits any width.
 */
export const entitiesStyle = `
.mn-entities{font:16px/2.6 ${fontFamily};color:#222;background:#fff;padding:.5em 1em}
.mn-entities h1{font-size:1.25em;line-height:1.4;overflow-wrap:anywhere}
.mn-entities h2,.mn-entities h3{font-size:.8em;line-height:1.4;color:#595959;margin:1em 0 0;font-weight:normal}
.mn-entities p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.mn-entities mark{color:inherit;box-decoration-break:clone;-webkit-box-decoration-break:clone;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.mn-entities b{font:600 .68em/1 ${fontFamily};vertical-align:1.05em;margin:0 1px;padding:1px 3px;border-radius:3px;word-break:keep-all;overflow-wrap:anywhere;cursor:help}
.mn-entities b:focus,.mn-entities summary:focus-visible{outline:2px solid #0060a8;outline-offset:2px}
.mn-entities .mn-legend{display:flex;flex-wrap:wrap;gap:.2em 1em;margin:.3em 0;padding:0;list-style:none;line-height:1.7}
.mn-entities .mn-key{list-style:none;min-width:0;overflow-wrap:anywhere;border-bottom:3px solid;font-size:.85em;line-height:1.6}
.mn-entities .mn-none{opacity:.65}
.mn-entities .mn-empty{font-size:.85em;color:#595959}
.mn-entities [data-tip]:hover::after,.mn-entities b[data-tip]:focus::after{content:attr(data-tip);position:fixed;z-index:9;left:50%;bottom:.6rem;transform:translateX(-50%);width:max-content;max-width:calc(100vw - 2.4rem);max-height:40vh;overflow:hidden;padding:.4rem .7rem;border-radius:6px;background:#1b1b1b;color:#fff;font:14px/1.6 ${fontFamily};white-space:pre-wrap;text-align:left;pointer-events:none;box-shadow:0 1px 6px #0006}
.mn-entities b[data-tip]:hover::after,.mn-entities b[data-tip]:focus::after{z-index:10}
.mn-entities details{line-height:1.6;font-size:.85em;margin:.2em 0 1em}
.mn-entities summary{cursor:pointer;color:#595959}
.mn-entities table{border-collapse:collapse}
.mn-entities th,.mn-entities td{padding:.15em .8em .15em 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}
body.mn-page{margin:0 auto;max-width:60rem;background:#fff}
@media (max-width:40rem){.mn-entities{padding:.5em .7em}.mn-entities b{font-size:.75em}}
@media print{.mn-entities details{display:none}}
`;
