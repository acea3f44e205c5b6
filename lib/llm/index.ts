export * from './budget';
export * from './client';
export * from './model-entry';
export * from './reply-cache';
export { defaultRetries, systemClock, type Clock, type RetryOptions } from './retry';
export * from './types';
