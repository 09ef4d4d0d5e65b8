// Exits 0 while the process of this container takes requests.
const port = process.env.METRICS_PORT ?? '9090';
const { ok } = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => ({ ok: false }));
process.exit(ok ? 0 : 1);
