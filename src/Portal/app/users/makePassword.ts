// Without letters and digits that are mistaken for each other when read aloud or from paper.
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const length = 18;

/** A random password of 18 characters, about 104 bits. */
export function makePassword(): string {
  let text = '';
  const bytes = new Uint8Array(64);
  const limit = 256 - (256 % alphabet.length);
  while (text.length < length) {
    crypto.getRandomValues(bytes);
    // Bytes beyond the last whole multiple are thrown away: all characters are equally likely.
    for (const byte of bytes) if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length];
  }
  return text;
}
