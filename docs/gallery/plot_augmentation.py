"""
Image augmentation of a photograph
==================================

Random crops, turns, blurs and colours of a photograph that scikit-learn ships. The functions take whole batches and
run on the backend's device; in a compiled function they are part of the training step.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image

import ops

ops.set_backend("tensorflow")

photograph = ops.cast(load_sample_image("flower.jpg"), "float32") / 255
photograph = ops.image.resize(photograph, (120, 180), antialias=True)


def augmented(images, seed):
    """Returns the images, each changed in its own way."""
    count = ops.shape(images)[0]
    images = ops.image.elastic_transform(images, alpha=15.0, sigma=4.0, seed=seed)
    # Each image is turned and scaled about its centre, by a row of eight numbers.
    angle = ops.random.uniform((count,), -0.4, 0.4, seed=seed)
    scale = ops.random.uniform((count,), 0.6, 1.0, seed=seed)
    cosine, sine, zero = ops.cos(angle) * scale, ops.sin(angle) * scale, ops.zeros_like(angle)
    x, y = 90.0, 60.0
    rows = [cosine, -sine, x - x * cosine + y * sine, sine, cosine, y - x * sine - y * cosine, zero, zero]
    images = ops.image.affine_transform(images, ops.stack(rows, axis=1), fill_mode="reflect")
    # Hue and saturation.
    hue, saturation, value = ops.unstack(ops.image.rgb_to_hsv(ops.clip(images, 0, 1)), axis=-1)
    hue = (hue + ops.random.uniform((count, 1, 1), -0.08, 0.08, seed=seed)) % 1.0
    saturation = ops.clip(saturation * ops.random.uniform((count, 1, 1), 0.5, 1.4, seed=seed), 0, 1)
    return ops.image.hsv_to_rgb(ops.stack([hue, saturation, value], axis=-1))


seed = ops.random.SeedGenerator(3)
batch = ops.repeat(photograph[None], 11, axis=0)
images = np.concatenate([ops.convert_to_numpy(photograph)[None], ops.convert_to_numpy(augmented(batch, seed))])
print("similarity to the photograph:", ops.convert_to_numpy(ops.image.ssim(photograph, images[1])).round(2))

figure, places = plt.subplots(3, 4, figsize=(10, 5.4))
for number, (place, image) in enumerate(zip(places.flat, images, strict=True)):
    place.imshow(image)
    place.set_title("photograph" if number == 0 else "")
    place.axis("off")
figure.tight_layout()
