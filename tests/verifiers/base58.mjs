// Bitcoin's base58, without the multibase prefix.

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export function base58(text) {
  let value = 0n;
  for(const digit of text) {
    value = value * 58n + BigInt(ALPHABET.indexOf(digit));
  }
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}
