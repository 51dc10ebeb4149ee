/**
 * How Node is to run the server: as the package's script, the image and the unit do. Left alone on a large machine, V8 lets its young
 * generation grow to 64 MB and more: with 1,000 people in 1,000 threads a node takes 32 MiB more than with none so, and 60 to 80 without.
 * Delays and processor time are the same.
 */
export const SERVER_FLAGS = ['--max-semi-space-size=16'] as const;
