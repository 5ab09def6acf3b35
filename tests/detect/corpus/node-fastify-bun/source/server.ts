import Fastify from 'fastify';
const app = Fastify();
await app.listen({ port: 8081, host: '0.0.0.0' });
