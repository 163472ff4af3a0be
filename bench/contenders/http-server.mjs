// Answers each request with its own path, the slash left out. Prints its port; ends when its input does.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  response.end(request.url.slice(1));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on('end', () => process.exit(0));
