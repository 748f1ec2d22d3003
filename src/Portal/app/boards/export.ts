// A tile or a whole board as a file.
import { saveText } from '@/sql/clipboard';
import { toCsv } from '@/sql/values';
import type { SqlColumn, SqlRow } from '@/sql/types';

export function saveCsv(name: string, columns: readonly SqlColumn[], rows: readonly SqlRow[]): void {
  saveText(`${fileName(name)}.csv`, toCsv(columns, rows));
}

/** Tiles below each other, each under its title, with an empty line between. */
export function boardCsv(parts: readonly { title: string; columns: readonly SqlColumn[]; rows: readonly SqlRow[] }[]): string {
  const title = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return parts.map((part) => `${title(part.title)}\r\n${toCsv(part.columns, part.rows)}`).join('\r\n');
}

export const fileName = (name: string): string => name.replaceAll(/[\\/:*?"<>|\s]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'board';

const inherited = ['font-family', 'color', 'font-size', 'line-height'];
const margin = 16;
const headHeight = 44;
const pictureBytesMax = 64 << 20;

/** An element as it looks, drawn into a picture of twice its size. What is on canvases is copied, what is text stays text until the browser draws it. */
export async function toPicture(element: HTMLElement, background: string, title: string | null = null): Promise<Blob> {
  const { width, height } = element.getBoundingClientRect();
  const scale = Math.min(2, Math.sqrt(pictureBytesMax / 4 / Math.max(1, width * height)));
  const copy = frozen(element) as HTMLElement;
  copy.style.margin = '0';
  copy.style.width = `${width}px`;
  copy.style.height = `${height}px`;
  copy.setAttribute('xmlns', 'http://www.w3.org/1999/xhtml');
  const xml = new XMLSerializer().serializeToString(copy);
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><foreignObject width="100%" height="100%">${xml}</foreignObject></svg>`)}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  const head = title === null ? 0 : headHeight;
  canvas.width = Math.round((width + 2 * margin) * scale);
  canvas.height = Math.round((height + 2 * margin + head) * scale);
  const context = canvas.getContext('2d')!;
  context.fillStyle = background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  if (title !== null) {
    const style = getComputedStyle(element);
    context.fillStyle = style.color;
    context.textBaseline = 'middle';
    context.font = `640 20px ${style.fontFamily}`;
    context.fillText(title, margin, margin + head / 2 - 4);
    context.font = `400 13px ${style.fontFamily}`;
    context.textAlign = 'right';
    context.fillText(new Date().toLocaleString(document.documentElement.lang), margin + width, margin + head / 2 - 4);
  }
  context.drawImage(picture, margin, margin + head);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture could not be made.')) : resolve(blob)), 'image/png'));
}

export async function savePicture(name: string, element: HTMLElement, background: string, title: string | null = null): Promise<void> {
  const url = URL.createObjectURL(await toPicture(element, background, title));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${fileName(name)}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A copy whose look depends on no style sheet. */
function frozen(element: Element): Element {
  if (element instanceof HTMLCanvasElement) {
    const image = document.createElement('img');
    image.src = element.toDataURL('image/png');
    freeze(element, image);
    return image;
  }
  const copy = element.cloneNode(false) as Element;
  freeze(element, copy);
  for (const child of element.childNodes) {
    if (child instanceof Element) {
      if (!child.hasAttribute('data-no-picture')) copy.append(frozen(child));
    } else if (child.nodeType === Node.TEXT_NODE) copy.append(child.cloneNode());
  }
  return copy;
}

function freeze(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  const text = Array.from(style, (name) => `${name}:${style.getPropertyValue(name)}`).filter((line) => !line.startsWith('--') && !/^(animation|transition|container)/.test(line));
  to.setAttribute('style', [...text, ...inherited.map((name) => `${name}:${style.getPropertyValue(name)}`)].join(';'));
  to.removeAttribute('class');
}
