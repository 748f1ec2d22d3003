// Pages of somebody else's, on an origin of their own, that hold the widget; and a reader of what stands in its closed shadow root: what assistive technology is told, and where it is on the screen.
import { createServer } from 'node:http';

export const hostile = `<style>*{display:none!important;visibility:hidden!important}</style><script>
  const broken = () => { throw new Error('poisoned'); };
  for (const type of [Array, String, Function, Promise, Element, Node, Document, EventTarget, HTMLElement, URL, HTMLInputElement, HTMLTextAreaElement, CSSStyleDeclaration])
    for (const name of Object.getOwnPropertyNames(type.prototype)) {
      if (['constructor', 'insertAdjacentHTML'].includes(name)) continue;
      try { if (typeof type.prototype[name] === 'function') type.prototype[name] = broken; } catch { /* An accessor. */ }
    }
  JSON.stringify = JSON.parse = broken;
  window.fetch = window.XMLHttpRequest = window.setTimeout = window.CSSStyleSheet = window.getComputedStyle = broken;
  Object.prototype.toJSON = broken;
  Object.defineProperty(Node.prototype, 'textContent', { set: broken, get: broken });
</script>`;

/** A server of one page; `close` ends it. */
export async function foreignPage(html) {
  const server = createServer((_, answer) => answer.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(`<!doctype html><html><body><h1>Shop</h1>${html}</body></html>`));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, close: () => new Promise((resolve) => server.close(resolve)) };
}

const lookMilliseconds = 50, waitMilliseconds = 30_000;

/** What of a role and a name is on the page, waited for. */
export async function seen(page, role, name) {
  const cdp = await page.context().newCDPSession(page);
  try {
    for (const end = Date.now() + waitMilliseconds; ;) {
      const { nodes } = await cdp.send('Accessibility.getFullAXTree');
      const found = nodes.find((node) => !node.ignored && node.role?.value === role && (name === undefined || (name instanceof RegExp ? name.test(node.name?.value ?? '') : node.name?.value === name)));
      if (found) return found;
      if (Date.now() > end) throw new Error(`no ${role} '${name}' in ${waitMilliseconds / 1000} s; there are: ${nodes.filter((node) => !node.ignored && node.name?.value).map((node) => `${node.role.value} '${node.name.value}'`).join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
    }
  } finally {
    await cdp.detach();
  }
}

/** Puts the keyboard on it and presses keys, or types. */
export async function press(page, role, name, ...keys) {
  const cdp = await page.context().newCDPSession(page);
  const node = await seen(page, role, name);
  await cdp.send('DOM.focus', { backendNodeId: node.backendDOMNodeId });
  await cdp.detach();
  for (const key of keys) await (key.startsWith('text:') ? page.keyboard.insertText(key.slice(5)) : page.keyboard.press(key));
}

/** Its box on the screen. */
export async function boxOf(page, role, name) {
  const cdp = await page.context().newCDPSession(page);
  const node = await seen(page, role, name);
  const { model } = await cdp.send('DOM.getBoxModel', { backendNodeId: node.backendDOMNodeId });
  await cdp.detach();
  return { x: model.border[0], y: model.border[1], width: model.width, height: model.height };
}
