// Whether HyperDX's server answers, for the container's health check.
const port = process.env.HYPERDX_API_PORT || '8000';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_500) });
  process.exit(answer.ok ? 0 : 1);
} catch (error) {
  console.log(`no answer on port ${port}: ${error.cause ?? error}`);
  process.exit(1);
}
