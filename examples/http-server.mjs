/** A web server written with asyncio in Python, asked by Node's fetch: both in one process, neither blocks the other. */
import { Python } from 'python-ts'

const py = new Python()
py.exec(`
import asyncio, json

async def answer(reader, writer):
    method, path, _ = (await reader.readline()).decode().split()
    while await reader.readline() not in (b'\\r\\n', b''):
        pass  # the headers
    await asyncio.sleep(0.01)  # a database, say
    body = json.dumps({'path': path, 'text': f'{method} answered by asyncio'})
    writer.write(f'HTTP/1.1 200 OK\\r\\nContent-Length: {len(body)}\\r\\nConnection: close\\r\\n\\r\\n{body}'.encode())
    await writer.drain()
    writer.close()

async def serve():
    server = await asyncio.start_server(answer, '127.0.0.1', 0)
    return server, server.sockets[0].getsockname()[1]

async def stop(server):
    server.close()
    await server.wait_closed()
`)
const { serve, stop } = py.import('__main__')

const [server, port] = await serve()
console.log('asyncio listens on a free port:', port > 1024)

const paths = ['/', '/tea', '/%E8%8C%B6']
for (const { path, text } of await Promise.all(paths.map(ask))) console.log(`${path}: ${text}`)

await stop(server)
console.log('stopped')

async function ask(path) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return response.json()
}
