// The page behind the links of invitations and password resets. Their secret stands behind `#`, and leaves the address at once.

const element = (id) => document.getElementById(id);
const [kind, token] = location.hash.slice(1).split('=');
history.replaceState(null, '', location.pathname);

/** @throws {Error} with what the server says, for people */
async function call(path, body, headers = {}, method = 'POST') {
  const answer = await fetch(`api/v1/${path}`, {
    method,
    headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const said = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(said?.error?.message ?? 'Something went wrong. Try again.');
  return said;
}

async function accept({ name, password }) {
  const device = { name: 'Invitation' };
  const session = await call('invitations/accept', { token, password, device, ...(name ? { name } : {}) });
  // The app signs in by itself.
  await call('session', null, { authorization: `Bearer ${session.accessToken}` }, 'DELETE');
  return `Done. Open Trialogue and sign in as ${session.account.email}.`;
}

async function reset({ password }) {
  await call('password/reset', { token, password });
  return 'Done. Open Trialogue and sign in with the new password.';
}

function ask(title, about, act) {
  element('title').textContent = title;
  element('about').textContent = about;
  const form = element('form');
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(form, act);
  });
}

async function send(form, act) {
  const button = form.querySelector('button');
  button.disabled = true;
  element('said').textContent = '';
  try {
    element('said').textContent = await act({ name: element('name').value.trim(), password: element('password').value });
    form.hidden = true;
    // What the sign-in asks for; the link opens the app where it is installed, and says nothing to it.
    element('server').textContent = location.origin + location.pathname.replace(/\/account$/, '');
    element('next').hidden = false;
  } catch (error) {
    element('said').textContent = error.message;
    button.disabled = false;
  }
}

try {
  if (kind === 'invitation' && token) {
    const { agency, email, role, name } = await call('invitations/read', { token });
    element('email').value = email;
    element('email').hidden = false;
    element('name').value = name ?? '';
    element('name').required = true;
    ask(`Welcome to ${agency}`, `You are invited as ${role}. Choose a password to make your account.`, accept);
  } else if (kind === 'reset' && token) {
    element('name-field').hidden = true;
    ask('New password', 'Choose a new password. All places where you were signed in have been signed out.', reset);
  } else {
    element('about').textContent = 'Open the link as it was sent to you.';
  }
} catch (error) {
  element('about').textContent = error.message;
}
