"""Image ops on a photograph, against Pillow and SciPy; random distortion; and compiled functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from sklearn import datasets

import ops


@pytest.fixture(scope="module")
def photograph() -> Any:
    """A part of a photograph, uint8, of shape (160, 200, 3)."""
    return np.array(datasets.load_sample_image("flower.jpg")[100:260, 200:400])


def pillow(image: Any, size: tuple[int, int], method: str) -> Any:
    """Resizes with Pillow in float32, channel by channel; Pillow widens its kernels as antialias does."""
    kind = {"bilinear": "BILINEAR", "bicubic": "BICUBIC", "lanczos3": "LANCZOS", "area": "BOX", "nearest": "NEAREST"}
    planes = [Image.fromarray(image[..., c].astype(np.float32)) for c in range(3)]
    resized = [plane.resize(size[::-1], getattr(Image.Resampling, kind[method])) for plane in planes]
    return np.stack([np.asarray(plane) for plane in resized], -1)


# Pillow's cubic kernel has a = -1/2, too. Its box kernel does not divide a pixel between two outputs, so that sizes
# must divide. Its rounding misses the nearest pixel at an exact edge, which these sizes avoid.
@pytest.mark.parametrize(
    ("method", "size"),
    [("bilinear", (71, 93)), ("bicubic", (71, 93)), ("lanczos3", (240, 93)), ("area", (40, 50)), ("nearest", (64, 80))],
)
def test_resize_matches_pillow(photograph: Any, backend: str, method: str, size: tuple[int, int]) -> None:
    result = ops.image.resize(photograph.astype(np.float32), size, method, antialias=True)
    np.testing.assert_allclose(ops.convert_to_numpy(result), pillow(photograph, size, method), atol=2e-3)
    whole = ops.convert_to_numpy(ops.image.resize(photograph, size, method, antialias=True))
    assert whole.dtype == np.uint8
    near = np.clip(pillow(photograph, size, method), 0, 255)
    assert np.abs(whole - near).max() <= 0.502


def test_filters_match_scipy(photograph: Any, backend: str) -> None:
    x = photograph.astype(np.float32)
    result = ops.convert_to_numpy(ops.image.gaussian_blur(x, (9, 9), (1.3, 1.3)))
    expected = ndimage.gaussian_filter(x, (1.3, 1.3, 0), mode="constant", radius=(4, 4, 0))
    np.testing.assert_allclose(result, expected, atol=1e-3)
    edges = ops.convert_to_numpy(ops.image.sobel_edges(x))
    for axis in (0, 1):
        expected = np.stack([ndimage.sobel(x[..., c], axis, mode="nearest") for c in range(3)], -1)
        np.testing.assert_allclose(edges[..., axis], expected, atol=1e-2)


@pytest.mark.parametrize(
    ("mode", "name"),
    [("constant", "grid-constant"), ("nearest",) * 2, ("wrap", "grid-wrap"), ("mirror",) * 2, ("reflect",) * 2],
)
def test_sampling_matches_scipy(photograph: Any, backend: str, mode: str, name: str) -> None:
    x = photograph[..., 0].astype(np.float32)
    turn, move = np.array([[0.9, 0.3], [-0.2, 1.1]]), np.array([-7.3, 4.6])  # row and column
    transform = [*turn[1, ::-1], move[1], *turn[0, ::-1], move[0], 0.0, 0.0]
    result = ops.image.affine_transform(x[..., None], transform, "bilinear", mode, 3.0)
    expected = ndimage.affine_transform(x.astype(np.float64), turn, move, order=1, mode=name, cval=3.0)
    np.testing.assert_allclose(ops.convert_to_numpy(result)[..., 0], expected, atol=2e-2)
    places = np.random.default_rng(1).uniform(-200, 400, (2, 500)).astype(np.float32)
    for order in (0, 1):
        result = ops.image.map_coordinates(x, places, order, mode, 3.0)
        expected = ndimage.map_coordinates(x.astype(np.float64), places, order=order, mode=name, cval=3.0)
        np.testing.assert_allclose(ops.convert_to_numpy(result), expected, atol=2e-2)


def test_colours_and_similarity_of_a_photograph(photograph: Any, backend: str) -> None:
    x = (photograph / 255).astype(np.float32)
    back = ops.image.hsv_to_rgb(ops.image.rgb_to_hsv(x))
    np.testing.assert_allclose(ops.convert_to_numpy(back), x, atol=1e-5)
    gray = ops.convert_to_numpy(ops.image.rgb_to_grayscale(photograph))[..., 0].astype(int)
    expected = np.asarray(Image.fromarray(photograph).convert("L")).astype(int)
    assert np.abs(gray - expected).max() <= 1
    likeness = [
        float(ops.convert_to_numpy(ops.image.ssim(x, y))) for y in (x, ops.image.gaussian_blur(x, 5, 1.0), x[::-1])
    ]
    assert likeness[0] == pytest.approx(1, abs=1e-5)
    assert likeness[0] > likeness[1] > likeness[2]


def test_elastic_transform(photograph: Any, backend: str) -> None:
    x = photograph.astype(np.float32)
    first, same, other = (ops.convert_to_numpy(ops.image.elastic_transform(x, seed=seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert np.abs(first - other).max() > 1
    still = ops.convert_to_numpy(ops.image.elastic_transform(photograph, alpha=0.0, seed=1))
    np.testing.assert_array_equal(still, photograph)
    # A ramp shows how far pixels move: white noise smoothed by sigma has the deviation 1 / (2 sqrt(pi) sigma).
    ramp = np.broadcast_to(np.arange(160, dtype=np.float32)[:, None], (2, 160, 160, 1))
    moved = ops.convert_to_numpy(ops.image.elastic_transform(ramp, alpha=20.0, sigma=2.0, seed=3)) - ramp
    assert np.std(moved[:, 10:-10, 20:-20]) == pytest.approx(20 / (2 * np.sqrt(np.pi) * 2), rel=0.15)
    batch = np.moveaxis(x, -1, 0)[None]
    assert ops.shape(ops.image.elastic_transform(batch, seed=1, data_format="channels_first")) == batch.shape
    symbol = ops.image.elastic_transform(ops.SymbolicTensor((None, 8, 8, 3), "uint8"))
    assert (symbol.shape, symbol.dtype) == ((None, 8, 8, 3), "uint8")
    with pytest.raises(ops.ArgumentError, match=r"ops\.image\.elastic_transform\("):
        ops.image.elastic_transform(x, sigma=0.0)
    with pytest.raises(ops.ArgumentError, match="fill_mode"):
        ops.image.elastic_transform(x, fill_mode="edge")


def test_each_function_runs_in_a_compiled_function(photograph: Any, backend: str) -> None:
    x = ops.convert_to_tensor((photograph[:24, :30] / 255).astype(np.float32))
    turn = np.array([0.9, 0.1, 1.0, -0.1, 0.9, 2.0, 0.001, 0.002], np.float32)
    corners = np.array([[0, 0], [29, 0], [0, 23], [29, 23]], np.float32)

    def every(x: Any) -> list[Any]:
        i = ops.image
        gray = i.rgb_to_grayscale(x)
        return [
            gray,
            i.crop_images(x, 1, 2, 3, 4),
            i.pad_images(x, 1, 2, 3, 4),
            i.rgb_to_hsv(x),
            i.hsv_to_rgb(x),
            i.extract_patches(x, 5, 3),
            i.gaussian_blur(x),
            i.sobel_edges(x),
            i.ssim(x, x * 0.9),
            *(i.resize(x, (17, 40), method) for method in ("nearest", "bilinear", "bicubic", "area")),
            i.scale_and_translate(x, (20, 20, 3), turn[:2], turn[2:4], (0, 1), "lanczos3"),
            i.map_coordinates(gray[..., 0], corners.T * 0.7, 1),
            i.affine_transform(x, turn),
            i.perspective_transform(x, corners, corners * 0.9 + 1.5),
        ]

    for result, expected in zip(ops.jit(every)(x), every(x), strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(result), ops.convert_to_numpy(expected), atol=1e-5)
