"""JAX's own expressions: a public call as it is, and what takes several calls compiled once by jax.jit."""

from __future__ import annotations

from benchmarks.sample_calls import each

MODULES = {"jax": "jax", "jnp": "jax.numpy", "lax": "jax.lax", "nn": "jax.nn", "jsp": "jax.scipy", "np": "numpy"}

EXPRESSIONS = {
    **each(
        "jnp.{}(x)",
        "negative abs absolute sign square exp tanh sin cos log sqrt reciprocal floor ceil isnan isinf isfinite "
        "arcsinh arctan cosh sinh tan expm1 exp2 arccos arcsin arctanh log1p log2 log10 sinc cbrt angle conj conjugate "
        "real imag isreal isposinf isneginf signbit trunc nan_to_num i0 deg2rad rad2deg fabs round tril triu copy "
        "zeros_like ones_like ravel fliplr flipud rot90 transpose diff corrcoef sort",
    ),
    **each(
        "jnp.{}(x, y)",
        "add subtract multiply divide true_divide floor_divide mod power maximum minimum equal not_equal greater "
        "greater_equal less less_equal arctan2 fmax fmin fmod heaviside hypot isclose logaddexp logaddexp2 nextafter "
        "allclose",
    ),
    **each("jnp.{}(mask, other_mask)", "logical_and logical_or logical_xor"),
    **each("jnp.{}(integers, other_integers)", "bitwise_and bitwise_or bitwise_xor gcd lcm"),
    **each("jnp.{}(integers, shifts)", "left_shift right_shift bitwise_left_shift bitwise_right_shift"),
    **each("jnp.{}(integers)", "bitwise_not bitwise_invert unique"),
    **each(
        "jnp.{}(x, 1)",
        "sum prod mean max min amax amin argmax argmin count_nonzero ptp var std nansum nanprod nanmean nanvar nanstd "
        "nanmax nanmin nanargmax nanargmin cumsum cumprod nancumsum nancumprod median nanmedian average",
    ),
    **each("jnp.{}(mask, 1)", "any all"),
    **each("jnp.{}([x, y])", "hstack vstack dstack stack"),
    **each("jnp.{}(8)", "bartlett blackman hamming hanning arange"),
    **each("jnp.{}((2, 4))", "zeros ones empty"),
    **each("jnp.{}(4)", "eye identity tri"),
    **each("jnp.{}(row)", "diag diagflat vander"),
    **each("jnp.{}(row, other_row)", "vdot inner outer"),
    **each("jnp.{}(x, tall)", "matmul dot kron"),
    **each("jnp.linalg.{}(matrix)", "det inv svd qr eig slogdet pinv matrix_rank"),
    **each("jnp.linalg.{}(definite)", "cholesky eigh"),
    **each(
        "nn.{}(x)",
        "nn.relu nn.sigmoid nn.gelu nn.softmax nn.log_softmax nn.silu nn.swish nn.hard_silu nn.hard_swish nn.relu6 "
        "nn.elu nn.celu nn.selu nn.softplus nn.log_sigmoid nn.hard_sigmoid nn.hard_tanh nn.squareplus nn.sparse_plus "
        "nn.sparse_sigmoid nn.glu",
    ),
    "rsqrt": "lax.rsqrt(x)",
    "erf": "lax.erf(x)",
    "erfc": "lax.erfc(x)",
    "erfinv": "lax.erf_inv(x)",
    "lgamma": "lax.lgamma(x)",
    "gammainc": "jsp.special.gammainc(x, y)",
    "arccosh": "jnp.arccosh(above_one)",
    "logical_not": "jnp.logical_not(mask)",
    "ldexp": "jnp.ldexp(x, shifts)",
    "where": "jnp.where(mask, x, y)",
    "clip": "jnp.clip(x, 0.2, 0.7)",
    "cast": "lax.convert_element_type(x, jnp.int32)",
    "stop_gradient": "lax.stop_gradient(x)",
    "convert_to_tensor": "jnp.asarray(x)",
    "convert_to_numpy": "np.asarray(x)",
    "array": "jnp.array(x)",
    "shape": "x.shape",
    "logsumexp": "nn.logsumexp(x, 1)",
    # contractions
    "tensordot": "jnp.tensordot(x, tall, 1)",
    "einsum": "jnp.einsum('ij,jk->ik', x, tall)",
    "cross": "jnp.cross(triple, other_triple)",
    "correlate": "jnp.correlate(signal, triple)",
    # creation
    "full": "jnp.full((2, 4), 0.5)",
    "full_like": "jnp.full_like(x, 0.5)",
    "linspace": "jnp.linspace(0.0, 1.0, 8)",
    "logspace": "jnp.logspace(0.0, 1.0, 8)",
    "geomspace": "jnp.geomspace(1.0, 2.0, 8)",
    "meshgrid": "jnp.meshgrid(row, triple)",
    "kaiser": "jnp.kaiser(8, 14.0)",
    # manipulation
    "reshape": "jnp.reshape(x, (4, 2))",
    "concatenate": "jnp.concatenate([x, y], 0)",
    "append": "jnp.append(x, y, 0)",
    "split": "jnp.split(x, 2, 1)",
    "array_split": "jnp.array_split(row, 3)",
    "hsplit": "jnp.hsplit(x, 2)",
    "vsplit": "jnp.vsplit(x, 2)",
    "dsplit": "jnp.dsplit(cube, 2)",
    "unstack": "jnp.unstack(x)",
    "expand_dims": "jnp.expand_dims(x, 0)",
    "squeeze": "jnp.squeeze(single)",
    "broadcast_to": "jnp.broadcast_to(row, (2, 4))",
    "pad": "jnp.pad(x, ((1, 1), (1, 1)))",
    "flip": "jnp.flip(x, 1)",
    "tile": "jnp.tile(x, (1, 2))",
    "roll": "jnp.roll(x, 1, 1)",
    "repeat": "jnp.repeat(x, 2, 1)",
    "view": "x.view(jnp.int32)",
    "moveaxis": "jnp.moveaxis(cube, 0, 2)",
    "swapaxes": "jnp.swapaxes(cube, 0, 2)",
    "trace": "jnp.trace(matrix)",
    "diagonal": "jnp.diagonal(matrix)",
    # indexing
    "take": "jnp.take(x, indices, 1)",
    "take_along_axis": "jnp.take_along_axis(x, places, 1)",
    "get_item": "x[1]",
    "select": "jnp.select([mask, other_mask], [x, y], 0.0)",
    "unravel_index": "jnp.unravel_index(indices, (2, 2))",
    "nonzero": "jnp.nonzero(mask)",
    "slice": "lax.slice(x, (0, 1), (2, 3))",
    "slice_update": "lax.dynamic_update_slice(x, corner, (0, 1))",
    "scatter_update": "row.at[rows[:, 0]].set(triple)",
    **each("jax.ops.{}(features, segments, 3)", "segment_sum segment_prod segment_max segment_min"),
    # sorting and statistics
    "argsort": "jnp.argsort(x)",
    "argpartition": "jnp.argpartition(x, 1)",
    "top_k": "lax.top_k(x, 2)",
    "searchsorted": "jnp.searchsorted(edges, row)",
    "digitize": "jnp.digitize(row, edges)",
    "isin": "jnp.isin(integers, indices)",
    "bincount": "jnp.bincount(indices)",
    "histogram": "jnp.histogram(signal, 4, (0.0, 1.0))",
    "quantile": "jnp.quantile(x, 0.3, 1)",
    "nanquantile": "jnp.nanquantile(x, 0.3, 1)",
    "percentile": "jnp.percentile(x, 30.0, 1)",
    "nanpercentile": "jnp.nanpercentile(x, 30.0, 1)",
    "trapezoid": "jnp.trapezoid(row)",
    # linear algebra
    "norm": "jnp.linalg.norm(x)",
    "solve": "jnp.linalg.solve(matrix, columns)",
    "lstsq": "jnp.linalg.lstsq(matrix, columns)[0]",
    "lu_factor": "jsp.linalg.lu_factor(matrix)",
    "solve_triangular": "jsp.linalg.solve_triangular(lower, columns, lower=True)",
    # neural networks
    "nn.leaky_relu": "nn.leaky_relu(x, 0.2)",
    "nn.softsign": "nn.soft_sign(x)",
    "nn.one_hot": "nn.one_hot(labels, 4)",
    "nn.dot_product_attention": "nn.dot_product_attention(queries, keys, values)",
    "image.resize": "jax.image.resize(images, (1, 16, 16, 3), 'bilinear')",
    "image.pad_images": "jnp.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))",
}

COMPILED = {
    "divide_no_nan": "jnp.where(y == 0, 0, x / jnp.where(y == 0, 1, y))",
    "saturate_cast": "jnp.clip(x, 0, 255).astype(jnp.uint8)",
    "cdist": "jnp.sqrt(jnp.sum((x[:, None] - y[None]) ** 2, -1))",
    "rearrange": "jnp.reshape(jnp.transpose(cube, (2, 0, 1)), (4, 6))",
    "scatter": "jnp.zeros(4).at[rows[:, 0]].add(triple)",
    "logdet": "jnp.linalg.slogdet(matrix)[1]",
    "nn.hard_shrink": "jnp.where(jnp.abs(x) > 0.5, x, 0.0)",
    "nn.soft_shrink": "jnp.sign(x) * jnp.maximum(jnp.abs(x) - 0.5, 0.0)",
    "nn.tanh_shrink": "x - jnp.tanh(x)",
    "nn.threshold": "jnp.where(x > 0.5, x, 2.0)",
    "nn.normalize": "x * lax.rsqrt(jnp.maximum(jnp.sum(x * x, -1, keepdims=True), 1e-12))",
    "nn.conv": "lax.conv_general_dilated(images, kernel, (1, 1), 'SAME', dimension_numbers=('NHWC', 'HWIO', 'NHWC'))",
    "nn.depthwise_conv": "lax.conv_general_dilated(images, depthwise_kernel.reshape(3, 3, 1, 3), (1, 1), 'SAME', "
    "dimension_numbers=('NHWC', 'HWIO', 'NHWC'), feature_group_count=3)",
    "nn.separable_conv": "lax.conv_general_dilated(lax.conv_general_dilated(images, "
    "depthwise_kernel.reshape(3, 3, 1, 3), (1, 1), 'SAME', dimension_numbers=('NHWC', 'HWIO', 'NHWC'), "
    "feature_group_count=3), pointwise_kernel, (1, 1), 'SAME', dimension_numbers=('NHWC', 'HWIO', 'NHWC'))",
    "nn.conv_transpose": "lax.conv_transpose(images, transposed_kernel, (2, 2), 'VALID', "
    "dimension_numbers=('NHWC', 'HWIO', 'NHWC'), transpose_kernel=True)",
    "nn.max_pool": "lax.reduce_window(images, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), 'VALID')",
    "nn.average_pool": "lax.reduce_window(images, 0.0, lax.add, (1, 2, 2, 1), (1, 2, 2, 1), 'VALID') / 4",
    "nn.layer_normalization": "(features - features.mean(-1, keepdims=True)) * "
    "lax.rsqrt(features.var(-1, keepdims=True) + 1e-7) * gain + offset",
    "nn.rms_normalization": "features * lax.rsqrt(jnp.mean(features * features, -1, keepdims=True) + 1e-7) * gain",
    "nn.batch_normalization": "(features - mean) * (lax.rsqrt(variance + 1e-3) * gain) + offset",
    "nn.dense": "jnp.matmul(features, columns) + pair",
    "nn.moments": "(features.mean(0), features.var(0))",
    "nn.multi_hot": "nn.one_hot(places, 4).max(-2)",
    "nn.sparse_categorical_crossentropy": "-jnp.take_along_axis(nn.log_softmax(logits), labels[:, None], 1)[:, 0]",
    "nn.categorical_crossentropy": "-jnp.sum(classes * nn.log_softmax(logits), -1)",
    "nn.binary_crossentropy": "jnp.maximum(logits, 0) - logits * classes + jnp.log1p(jnp.exp(-jnp.abs(logits)))",
    "nn.psnr": "-10 * jnp.log10(jnp.mean((x - y) ** 2))",
    "nn.depth_to_space": "deep_images.reshape(1, 4, 4, 2, 2, 2).transpose(0, 1, 3, 2, 4, 5).reshape(1, 8, 8, 2)",
    "nn.space_to_depth": "images.reshape(1, 4, 2, 4, 2, 3).transpose(0, 1, 3, 2, 4, 5).reshape(1, 4, 4, 12)",
    "image.rgb_to_grayscale": "jnp.tensordot(images, jnp.array([0.2989, 0.587, 0.114], jnp.float32), 1)[..., None]",
    "image.crop_images": "images[:, 1:-1, 1:-1]",
    "extract_sequences": "signal[2 * jnp.arange(7)[:, None] + jnp.arange(4)]",
    "fft": "(lambda s: (s.real, s.imag))(jnp.fft.fft(lax.complex(x, y)))",
    "fft2": "(lambda s: (s.real, s.imag))(jnp.fft.fft2(lax.complex(x, y)))",
    "ifft2": "(lambda s: (s.real, s.imag))(jnp.fft.ifft2(lax.complex(x, y)))",
    "rfft": "(lambda s: (s.real, s.imag))(jnp.fft.rfft(signal))",
    "irfft": "jnp.fft.irfft(lax.complex(row, other_row))",
    "view_as_complex": "lax.complex(tall[..., 0], tall[..., 1])",
    "polar": "lax.complex(x * jnp.cos(y), x * jnp.sin(y))",
    "in_top_k": "jnp.sum(x > jnp.take_along_axis(x, labels[:, None], 1), 1) < 2",
}
