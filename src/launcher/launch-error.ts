/** Why the start did not work, in words for the person at the terminal. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
