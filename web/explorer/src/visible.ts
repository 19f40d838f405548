// Names as data has them, made safe to show: characters that turn the text around them, or control something, are
// written as their codes, and those that only separate without a width are left out. Ids and links keep them.

import { options, type VNode } from 'preact';

// The characters of datastore/base/visible.py, which a test compares; blanks of any kind do no harm here.
const INVISIBLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const WITHOUT_WIDTH = /[\u00ad\u200b\u2060\ufeff]/g;
const SHOWN = ['aria-label', 'title', 'placeholder'];

export function visible(text: string): string {
  return text
    .replace(WITHOUT_WIDTH, '')
    .replace(INVISIBLE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Makes every text of the page visible, whichever part shows it. */
export function showEverything() {
  const before = options.vnode;
  options.vnode = (vnode: VNode) => {
    const node = vnode as { type: unknown; props: unknown };
    if (typeof node.props === 'string') {
      node.props = visible(node.props); // a text
    } else if (typeof node.type === 'string') {
      const attributes = node.props as Record<string, unknown>;
      for (const name of SHOWN) {
        const value = attributes[name];
        if (typeof value === 'string') attributes[name] = visible(value);
      }
    }
    before?.(vnode);
  };
}
