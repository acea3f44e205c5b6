import { InvalidArgumentError } from 'commander';

/** Reads an option that is an amount of money. */
export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('must be an amount of 0 or more.');
  return value;
}

/** Reads an option that is a number of things. */
export function whole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('must be a whole number of 1 or more.');
  return Number(text);
}
