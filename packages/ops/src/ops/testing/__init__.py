"""Records of the public functions, one for each, from which their tests are generated.

The records of ops that have a kernel in the contract come from `ops_common.testing`, those of composite ops from
`ops.testing.records`; `RECORDS` has all of them. `import ops` does not import this module.
"""

from ops.testing.catalogue import RECORDS
from ops.testing.results import assert_same_result, public_function
from ops.testing.sizes import changes, longer

__all__ = ["RECORDS", "assert_same_result", "changes", "longer", "public_function"]
