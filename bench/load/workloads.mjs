/** What the services are asked for: a network, a picture, and where its face is. */

/** Where the face is on the photo, in pixels, and how large the photo is: what a phone's 12 megapixels become before they are sent. */
export const PHOTO_SIZE = { width: 1280, height: 960 };
export const PHOTO_BOX = { x: 430, y: 240, width: 420, height: 420 };

const BOX = [PHOTO_BOX.x, PHOTO_BOX.y, PHOTO_BOX.width, PHOTO_BOX.height].join();

export const WORKLOADS = [
  {
    name: 'face-png',
    what: "a face cut out already: gray PNG of 96×96, the tutorial's dense network",
    network: 'dense',
    picture: 'face.png',
    query: '',
  },
  {
    name: 'face-jpeg',
    what: 'a face cut out already: JPEG of 96×96 in colours, the compact convolutional network',
    network: 'compact',
    picture: 'face.jpg',
    query: '',
  },
  {
    name: 'photo-jpeg',
    what: 'a photo and a box: JPEG of 1280×960 in colours, a face of 420×420 in it, the compact convolutional network',
    network: 'compact',
    picture: 'photo.jpg',
    query: `&box=${BOX}`,
  },
];
