"""The oldest and the newest version of each framework whose tests passed: written by docs/matrix.py."""

TESTED: dict[str, tuple[str, str]] = {
    "numpy": ("2.0.0", "2.5.5"),
    "jax": ("0.6.0", "0.10.2"),
    "tensorflow": ("2.19.0", "2.21.0"),
    "torch": ("2.8.0", "2.15.0"),
    "openvino": ("2025.0.0", "2026.4.1"),
}
