// Shrinks images of eight megabytes in threads. Their pixels are moved there and back, not copied.
import { ThreadPool, transfer } from 'greenpool/threads';
import { type Image, shrink } from './thumbnail-task.ts';

const [width, height, factor] = [1920, 1080, 12];

/** A gradient, a little brighter each time. */
function makeImage(number: number): Image {
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let index = 0; index < pixels.length; index += 4) {
    pixels.set([((index >> 2) % width) >> 3, number * 20, 128, 255], index);
  }
  return { width, height, pixels };
}

const sent: Image[] = [];
function* calls(): Generator<[Image, number]> {
  for (let number = 0; number < 6; number += 1) {
    const image = makeImage(number);
    sent.push(image);
    yield [transfer(image, [image.pixels.buffer]), factor];
  }
}

const pool = new ThreadPool(2);
for await (const { pixels, ...size } of pool.starmap(shrink, calls())) {
  const last = pixels.subarray(-4);
  console.log(`${size.width} x ${size.height}, the last pixel is ${last.join(' ')}`);
}
const left = sent.reduce((sum, { pixels }) => sum + pixels.length, 0);
console.log(`${sent.length} images sent; bytes of them that are still here: ${left}`);
await pool.close();
