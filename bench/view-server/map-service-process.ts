import { createSampleScene } from './sample-scene.ts';

// The services at /ows, in a process of their own, with one large scene. Its parent gets the URL and the file of the image.
const { service, imageFile } = await createSampleScene();
process.send?.({ url: service.url, imageFile });
process.once('disconnect', () => void service.stop().finally(() => process.exit()));
