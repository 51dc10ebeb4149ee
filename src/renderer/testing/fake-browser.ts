import type { SessionView } from '#shared/app-views.ts';
import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';

type Waiting = { comeBack(): void; fail(error: Error): void };

/** The sign-in in the person's browser: it waits until the test says that somebody came back, or didn't. */
export class FakeBrowser {
  /** Whose sign-in it is; `null`: the server has none. */
  name: string | null = null;
  password = true;
  waiting: Waiting | null = null;

  handlers(
    session: SessionView,
    onSignedIn: () => void,
  ): Pick<Handlers, 'session.methods' | 'session.signInByBrowser' | 'session.stopSignIn'> {
    return {
      'session.methods': () => ({ password: this.password, oidc: this.name === null ? null : { name: this.name } }),
      'session.signInByBrowser': () =>
        new Promise((resolve, reject) => {
          this.waiting = {
            comeBack() {
              onSignedIn();
              resolve(session);
            },
            fail: reject,
          };
        }),
      'session.stopSignIn': () => {
        this.waiting?.fail(new AppError('sign-in-failed', 'You stopped the sign-in. Nothing was changed.'));
        return {};
      },
    };
  }
}
