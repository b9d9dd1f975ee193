/** XML, read strictly: for what facemark draws. */

import sax from 'sax';

export interface Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  text: string;
}

/** All elements of a document in order; throws where it is not well-formed. */
export function elementsOf(xml: string): Element[] {
  const parser = sax.parser(true);
  const elements: Element[] = [];
  const open: Element[] = [];
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, text: '' };
    elements.push(element);
    open.push(element);
  };
  parser.ontext = (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.onclosetag = () => {
    open.pop();
  };
  parser.write(xml).close();
  return elements;
}
