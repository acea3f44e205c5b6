export * from './budget';
export * from './client';
export * from './features';
export * from './model-entry';
export * from './offline';
export * from './prompts';
export * from './reply-cache';
export { defaultRetries, systemClock, type Clock, type RetryOptions } from './retry';
export * from './types';
