// What thumbnails.ts runs in threads: a kernel that only computes. It is written by hand since the image libraries on npm
// come as binaries for some systems, or run code when they are installed.
import { defineTasks } from 'greenpool';
import { transfer } from 'greenpool/threads';

/** Four bytes a pixel: red, green, blue, alpha. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

export const { shrink } = defineTasks(import.meta.url, {
  /** Each pixel of the result is the mean of a box of `factor` x `factor`. */
  shrink({ width, height, pixels }: Image, factor: number): Image {
    const small = { width: Math.floor(width / factor), height: Math.floor(height / factor) };
    const means = new Uint8ClampedArray(small.width * small.height * 4);
    for (let index = 0; index < means.length; index += 1) {
      const [pixel, channel] = [index >> 2, index & 3];
      const left = (pixel % small.width) * factor;
      const top = Math.floor(pixel / small.width) * factor;
      let sum = 0;
      for (let y = top; y < top + factor; y += 1) {
        for (let x = left; x < left + factor; x += 1) sum += pixels[(y * width + x) * 4 + channel] ?? 0;
      }
      means[index] = sum / factor ** 2;
    }
    return transfer({ ...small, pixels: means }, [means.buffer]);
  },
});
