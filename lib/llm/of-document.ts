import { InputError, JobError } from '../common';
import { CostCeilingReached } from './budget';

/** The same error, with the document that it came of; that the money is spent is none document's. */
export function ofDocument(error: unknown, id: string): unknown {
  if (error instanceof CostCeilingReached) return error;
  if (error instanceof InputError) return new InputError(`document ${id}: ${error.message}`);
  if (error instanceof JobError) return new JobError(`document ${id}: ${error.message}`);
  return error;
}
