// Makes HyperDX's first account, and with it the team, the connection and the sources. Nothing happens the second time.
//
// HYPERDX_URL: HyperDX's own address.
// HYPERDX_EMAIL, HYPERDX_PASSWORD: the account; demo@faultline.example and Faultline-demo-1 unless given. A password has
// at least 12 characters, among them upper and lower case, a digit and another.
const url = process.env.HYPERDX_URL || 'http://localhost:8080';
const email = process.env.HYPERDX_EMAIL || 'demo@faultline.example';
const password = process.env.HYPERDX_PASSWORD || 'Faultline-demo-1';

const deadline = Date.now() + 60_000;

async function register() {
  const answer = await fetch(`${url}/api/register/password`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password, confirmPassword: password }),
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  });
  return { status: answer.status, text: await answer.text() };
}

for (;;) {
  const { status, text } = await register().catch((error) => ({ status: 0, text: String(error.cause ?? error) }));
  if (status >= 200 && status < 400) {
    console.log(`HyperDX is set up: sign in at its address as ${email}`);
    break;
  }
  if (status === 409 || /already/i.test(text)) {
    console.log('HyperDX has an account already: nothing to do');
    break;
  }
  if (status >= 400 && status < 500) {
    console.error(`HyperDX refused the account (${status}): ${text.slice(0, 500)}`);
    process.exit(1);
  }
  if (Date.now() > deadline) {
    console.error(`HyperDX does not answer at ${url} (${status}): ${text.slice(0, 500)}`);
    process.exit(1);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
