/** Pillow: an image from pixels that JavaScript computed, framed, made small, and back as pixels and as a JPEG. */
import { kwargs, Python } from 'python-ts'

const py = new Python()
const Image = py.import('PIL.Image')
const ImageOps = py.import('PIL.ImageOps')
const { BytesIO } = py.import('io')

const photo = Image.frombytes('RGB', [320, 200], gradient(320, 200))
const framed = ImageOps.expand(photo, kwargs({ border: 20, fill: 'white' }))
const thumbnail = ImageOps.fit(framed, [90, 60])
console.log(`${photo.width} × ${photo.height}, then ${thumbnail.width} × ${thumbnail.height}`)

// A JPEG is a Buffer: an answer of a web server, say.
const jpeg = encode(thumbnail, 'JPEG')
console.log('JPEG:', jpeg.subarray(0, 3), jpeg.length < 5000 ? 'under 5 kB' : 'too large')

// And read back, as any upload would be.
const [red, , blue] = Image.open(new BytesIO(jpeg)).getpixel([80, 30])
console.log('the right side is', red > blue ? 'red' : 'blue')

/** Three bytes a pixel, from blue on the left to red on the right. */
function gradient(width, height) {
  const pixels = Buffer.alloc(width * height * 3)
  for (let index = 0; index < width * height; index++) {
    const red = Math.round((255 * (index % width)) / (width - 1))
    pixels.set([red, 80, 255 - red], index * 3)
  }
  return pixels
}

function encode(image, format) {
  const file = new BytesIO()
  image.save(file, format, kwargs({ quality: 85 }))
  return file.getvalue()
}
