"""Family linalg, and the module `ops.linalg`: linear algebra of matrices, and of stacks of them.

**Conventions.** Signs, phases and orders of decompositions are not unique, and frameworks differ in them. Here they are
fixed, the same on every backend, and gradients take them into account:

* the diagonal of R in a QR decomposition is real and not negative;
* eigenvectors and singular vectors have length 1; in each eigenvector and left singular vector, the first element
  whose modulus is at least 0.99 of the largest modulus is real and positive;
* eigenvalues of Hermitian matrices are in ascending order, singular values in descending order; eigenvalues of other
  matrices are sorted by their real and then by their imaginary parts.

Vectors of equal eigenvalues or singular values, and of singular values of 0, are not unique.

**Invalid matrices.** In eager calls, `inv` and `solve` raise `LinAlgError` for a singular matrix, and `cholesky` for a
matrix that is not positive definite. `cholesky`, `eig`, `eigh`, `svd` and the functions that use singular values raise
it for NaN or infinity; other functions return an unspecified result without an error. In compiled functions, JAX and
OpenVINO cannot raise errors that depend on values, and return NaN or infinity; so does JAX in functions that are
differentiated or mapped. TensorFlow and PyTorch raise an error of their own there.
"""

from ops.linalg import decompositions, determinants, norms, solving
from ops.linalg.decompositions import *
from ops.linalg.determinants import *
from ops.linalg.norms import *
from ops.linalg.solving import *
from ops.transform.products import jvp

__all__: list[str] = ["jvp"]
__all__ += decompositions.__all__
__all__ += determinants.__all__
__all__ += norms.__all__
__all__ += solving.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
