"""What every elementwise op returns for special values: signed zeros, infinities, NaN, the largest numbers, casts.

One table, as data: `packages/ops/tests/test_special_values.py` tests each row on every backend, eager and compiled, and
docs/special_values.md is generated from it. The values are those of the array API standard; NumPy's where the standard
is silent or leaves a choice; of a function that neither has, those of its formula in IEEE 754 arithmetic, or its limit.
The same test compares the table with NumPy and SciPy.

A cell is a number to seven digits, or

- ``inf``, ``nan``, ``true``, ``false``, ``0`` or ``-0`` (the sign of a zero counts);
- ``max``: the dtype's largest finite number;
- ``+-0``: zero of either sign, which the standard leaves open;
- ``up``, ``down``: the next number of the dtype above or below x1;
- ``?``: a finite number that depends on the dtype, or one whose size is not compared (tiny numbers may be 0).
"""

from __future__ import annotations

from typing import Any

# Functions of one number. The first line has the arguments.
UNARY = """
x                   -inf      -max          -1         -0          0          1      max      inf   nan
negative             inf       max           1          0         -0         -1     -max     -inf   nan
abs                  inf       max           1          0          0          1      max      inf   nan
sign                  -1        -1          -1          0          0          1        1        1   nan
square               inf       inf           1          0          0          1      inf      inf   nan
exp                    0         0   0.3678794          1          1   2.718282      inf      inf   nan
exp2                   0         0         0.5          1          1          2      inf      inf   nan
expm1                 -1        -1  -0.6321205         -0          0   1.718282      inf      inf   nan
log                  nan       nan         nan       -inf       -inf          0        ?      inf   nan
log2                 nan       nan         nan       -inf       -inf          0        ?      inf   nan
log10                nan       nan         nan       -inf       -inf          0        ?      inf   nan
log1p                nan       nan        -inf         -0          0  0.6931472        ?      inf   nan
sqrt                 nan       nan         nan         -0          0          1        ?      inf   nan
reciprocal            -0         ?          -1       -inf        inf          1        ?        0   nan
cbrt                -inf         ?          -1         -0          0          1        ?      inf   nan
sin                  nan         ?   -0.841471         -0          0   0.841471        ?      nan   nan
cos                  nan         ?   0.5403023          1          1  0.5403023        ?      nan   nan
tan                  nan         ?   -1.557408         -0          0   1.557408        ?      nan   nan
arcsin               nan       nan   -1.570796         -0          0   1.570796      nan      nan   nan
arccos               nan       nan    3.141593   1.570796   1.570796          0      nan      nan   nan
arctan         -1.570796 -1.570796  -0.7853982         -0          0  0.7853982 1.570796 1.570796   nan
sinh                -inf      -inf   -1.175201         -0          0   1.175201      inf      inf   nan
cosh                 inf       inf    1.543081          1          1   1.543081      inf      inf   nan
tanh                  -1        -1  -0.7615942         -0          0  0.7615942        1        1   nan
arcsinh             -inf         ?  -0.8813736         -0          0  0.8813736        ?      inf   nan
arccosh              nan       nan         nan        nan        nan          0        ?      inf   nan
arctanh              nan       nan        -inf         -0          0        inf      nan      nan   nan
sinc                 nan         ?           ?          1          1          ?        ?      nan   nan
deg2rad             -inf         ? -0.01745329         -0          0 0.01745329        ?      inf   nan
rad2deg             -inf      -inf   -57.29578         -0          0   57.29578      inf      inf   nan
angle           3.141593  3.141593    3.141593   3.141593          0          0        0        0   nan
floor               -inf      -max          -1         -0          0          1      max      inf   nan
ceil                -inf      -max          -1         -0          0          1      max      inf   nan
trunc               -inf      -max          -1         -0          0          1      max      inf   nan
round               -inf      -max          -1         -0          0          1      max      inf   nan
nan_to_num          -max      -max          -1         -0          0          1      max      max     0
isnan              false     false       false      false      false      false    false    false  true
isinf               true     false       false      false      false      false    false     true false
isfinite           false      true        true       true       true       true     true    false false
isposinf           false     false       false      false      false      false    false     true false
isneginf            true     false       false      false      false      false    false    false false
isreal              true      true        true       true       true       true     true     true  true
signbit             true      true        true       true      false      false    false    false false
logical_not        false     false       false       true       true      false    false    false false
real                -inf      -max          -1         -0          0          1      max      inf   nan
imag                   0         0           0          0          0          0        0        0     0
conj                -inf      -max          -1         -0          0          1      max      inf   nan
fabs                 inf       max           1          0          0          1      max      inf   nan
rsqrt                nan       nan         nan       -inf        inf          1        ?        0   nan
erf                   -1        -1  -0.8427008         -0          0  0.8427008        1        1   nan
erfc                   2         2    1.842701          1          1  0.1572992        0        0   nan
erfinv               nan       nan        -inf         -0          0        inf      nan      nan   nan
lgamma               inf       inf         inf        inf        inf        +-0      inf      inf   nan
i0                   inf       inf    1.266066          1          1   1.266066      inf      inf   nan
relu                   0         0           0        +-0          0          1      max      inf   nan
relu6                  0         0           0        +-0          0          1        6        6   nan
sigmoid                0         0   0.2689414        0.5        0.5  0.7310586        1        1   nan
log_sigmoid         -inf      -max   -1.313262 -0.6931472 -0.6931472 -0.3132617      +-0      +-0   nan
softplus               0         0   0.3132617  0.6931472  0.6931472   1.313262      max      inf   nan
softsign             nan        -1        -0.5         -0          0        0.5        1      nan   nan
silu                 nan        -0  -0.2689414         -0          0  0.7310586      max      inf   nan
gelu                 nan        -0   -0.158808         -0          0   0.841192      max      inf   nan
gelu_exact           nan        -0  -0.1586553         -0          0  0.8413447      max      inf   nan
leaky_relu          -inf         ?        -0.2         -0          0          1      max      inf   nan
elu                   -1        -1  -0.6321205         -0          0          1      max      inf   nan
celu                  -1        -1  -0.6321205         -0          0          1      max      inf   nan
selu           -1.758099 -1.758099   -1.111331         -0          0   1.050701      inf      inf   nan
squareplus             0         ?    0.618034          1          1   1.618034      max      inf   nan
hard_sigmoid           0         0   0.3333333        0.5        0.5  0.6666667        1        1   nan
hard_silu            nan        -0  -0.3333333         -0          0  0.6666667      max      inf   nan
hard_tanh             -1        -1          -1         -0          0          1        1        1   nan
hard_shrink         -inf      -max          -1        +-0          0          1      max      inf   nan
soft_shrink         -inf      -max        -0.5        +-0          0        0.5      max      inf   nan
tanh_shrink         -inf      -max  -0.2384058        +-0          0  0.2384058      max      inf   nan
sparse_plus            0         0           0       0.25       0.25          1      max      inf   nan
sparse_sigmoid         0         0           0        0.5        0.5          1        1        1   nan
threshold             -0        -0          -0         -0         -0          1      max      inf   nan
clip                  -1        -1          -1         -0          0          1        1        1   nan
round_2             -inf      -max          -1         -0          0          1      max      inf   nan
"""

# Functions of two numbers: rows are x1, columns are x2.
BINARY = """
add  -inf -max   -1   -0    0    1  max inf nan
-inf -inf -inf -inf -inf -inf -inf -inf nan nan
-max -inf -inf -max -max -max -max    0 inf nan
-1   -inf -max   -2   -1   -1    0  max inf nan
-0   -inf -max   -1   -0    0    1  max inf nan
0    -inf -max   -1    0    0    1  max inf nan
1    -inf -max    0    1    1    2  max inf nan
max  -inf    0  max  max  max  max  inf inf nan
inf   nan  inf  inf  inf  inf  inf  inf inf nan
nan   nan  nan  nan  nan  nan  nan  nan nan nan

subtract -inf -max   -1   -0    0    1  max  inf nan
-inf      nan -inf -inf -inf -inf -inf -inf -inf nan
-max      inf    0 -max -max -max -max -inf -inf nan
-1        inf  max    0   -1   -1   -2 -max -inf nan
-0        inf  max    1    0   -0   -1 -max -inf nan
0         inf  max    1    0    0   -1 -max -inf nan
1         inf  max    2    1    1    0 -max -inf nan
max       inf  inf  max  max  max  max    0 -inf nan
inf       inf  inf  inf  inf  inf  inf  inf  nan nan
nan       nan  nan  nan  nan  nan  nan  nan  nan nan

multiply -inf -max   -1  -0   0    1  max  inf nan
-inf      inf  inf  inf nan nan -inf -inf -inf nan
-max      inf  inf  max   0  -0 -max -inf -inf nan
-1        inf  max    1   0  -0   -1 -max -inf nan
-0        nan    0    0   0  -0   -0   -0  nan nan
0         nan   -0   -0  -0   0    0    0  nan nan
1        -inf -max   -1  -0   0    1  max  inf nan
max      -inf -inf -max  -0   0  max  inf  inf nan
inf      -inf -inf -inf nan nan  inf  inf  inf nan
nan       nan  nan  nan nan nan  nan  nan  nan nan

divide -inf -max   -1   -0    0    1  max inf nan
-inf    nan  inf  inf  inf -inf -inf -inf nan nan
-max      0    1  max  inf -inf -max   -1  -0 nan
-1        0    ?    1  inf -inf   -1    ?  -0 nan
-0        0    0    0  nan  nan   -0   -0  -0 nan
0        -0   -0   -0  nan  nan    0    0   0 nan
1        -0    ?   -1 -inf  inf    1    ?   0 nan
max      -0   -1 -max -inf  inf  max    1   0 nan
inf     nan -inf -inf -inf  inf  inf  inf nan nan
nan     nan  nan  nan  nan  nan  nan  nan nan nan

floor_divide -inf -max   -1   -0    0    1 max inf nan
-inf          nan  nan  nan  inf -inf  nan nan nan nan
-max            0    1  max  inf -inf -max  -1  -1 nan
-1              0    0    1  inf -inf   -1  -1  -1 nan
-0              0    0    0  nan  nan   -0  -0  -0 nan
0              -0   -0   -0  nan  nan    0   0   0 nan
1              -1   -1   -1 -inf  inf    1   0   0 nan
max            -1   -1 -max -inf  inf  max   1   0 nan
inf           nan  nan  nan -inf  inf  nan nan nan nan
nan           nan  nan  nan  nan  nan  nan nan nan nan

mod  -inf -max  -1  -0   0   1 max inf nan
-inf  nan  nan nan nan nan nan nan nan nan
-max -max   -0  -0 nan nan   0   0 inf nan
-1     -1   -1  -0 nan nan   0 max inf nan
-0     -0   -0  -0 nan nan   0   0   0 nan
0      -0   -0  -0 nan nan   0   0   0 nan
1    -inf -max  -0 nan nan   0   1   1 nan
max  -inf   -0  -0 nan nan   0   0 max nan
inf   nan  nan nan nan nan nan nan nan nan
nan   nan  nan nan nan nan nan nan nan nan

fmod -inf -max  -1  -0   0   1 max  inf nan
-inf  nan  nan nan nan nan nan nan  nan nan
-max -max   -0  -0 nan nan  -0  -0 -max nan
-1     -1   -1  -0 nan nan  -0  -1   -1 nan
-0     -0   -0  -0 nan nan  -0  -0   -0 nan
0       0    0   0 nan nan   0   0    0 nan
1       1    1   0 nan nan   0   1    1 nan
max   max    0   0 nan nan   0   0  max nan
inf   nan  nan nan nan nan nan nan  nan nan
nan   nan  nan nan nan nan nan nan  nan nan

power -inf -max   -1 -0 0    1 max inf nan
-inf     0    0   -0  1 1 -inf inf inf nan
-max     0    0    ?  1 1 -max inf inf nan
-1       1    1   -1  1 1   -1   1   1 nan
-0     inf  inf -inf  1 1   -0   0   0 nan
0      inf  inf  inf  1 1    0   0   0 nan
1        1    1    1  1 1    1   1   1   1
max      0    0    ?  1 1  max inf inf nan
inf      0    0    0  1 1  inf inf inf nan
nan    nan  nan  nan  1 1  nan nan nan nan

maximum -inf -max  -1  -0   0   1 max inf nan
-inf    -inf -max  -1  -0   0   1 max inf nan
-max    -max -max  -1  -0   0   1 max inf nan
-1        -1   -1  -1  -0   0   1 max inf nan
-0        -0   -0  -0  -0 +-0   1 max inf nan
0          0    0   0 +-0   0   1 max inf nan
1          1    1   1   1   1   1 max inf nan
max      max  max max max max max max inf nan
inf      inf  inf inf inf inf inf inf inf nan
nan      nan  nan nan nan nan nan nan nan nan

minimum -inf -max   -1   -0    0    1  max  inf nan
-inf    -inf -inf -inf -inf -inf -inf -inf -inf nan
-max    -inf -max -max -max -max -max -max -max nan
-1      -inf -max   -1   -1   -1   -1   -1   -1 nan
-0      -inf -max   -1   -0  +-0   -0   -0   -0 nan
0       -inf -max   -1  +-0    0    0    0    0 nan
1       -inf -max   -1   -0    0    1    1    1 nan
max     -inf -max   -1   -0    0    1  max  max nan
inf     -inf -max   -1   -0    0    1  max  inf nan
nan      nan  nan  nan  nan  nan  nan  nan  nan nan

fmax -inf -max  -1  -0   0   1 max inf  nan
-inf -inf -max  -1  -0   0   1 max inf -inf
-max -max -max  -1  -0   0   1 max inf -max
-1     -1   -1  -1  -0   0   1 max inf   -1
-0     -0   -0  -0  -0 +-0   1 max inf   -0
0       0    0   0 +-0   0   1 max inf    0
1       1    1   1   1   1   1 max inf    1
max   max  max max max max max max inf  max
inf   inf  inf inf inf inf inf inf inf  inf
nan  -inf -max  -1  -0   0   1 max inf  nan

fmin -inf -max   -1   -0    0    1  max  inf  nan
-inf -inf -inf -inf -inf -inf -inf -inf -inf -inf
-max -inf -max -max -max -max -max -max -max -max
-1   -inf -max   -1   -1   -1   -1   -1   -1   -1
-0   -inf -max   -1   -0  +-0   -0   -0   -0   -0
0    -inf -max   -1  +-0    0    0    0    0    0
1    -inf -max   -1   -0    0    1    1    1    1
max  -inf -max   -1   -0    0    1  max  max  max
inf  -inf -max   -1   -0    0    1  max  inf  inf
nan  -inf -max   -1   -0    0    1  max  inf  nan

equal  -inf  -max    -1    -0     0     1   max   inf   nan
-inf   true false false false false false false false false
-max  false  true false false false false false false false
-1    false false  true false false false false false false
-0    false false false  true  true false false false false
0     false false false  true  true false false false false
1     false false false false false  true false false false
max   false false false false false false  true false false
inf   false false false false false false false  true false
nan   false false false false false false false false false

not_equal  -inf  -max    -1    -0     0     1   max   inf  nan
-inf      false  true  true  true  true  true  true  true true
-max       true false  true  true  true  true  true  true true
-1         true  true false  true  true  true  true  true true
-0         true  true  true false false  true  true  true true
0          true  true  true false false  true  true  true true
1          true  true  true  true  true false  true  true true
max        true  true  true  true  true  true false  true true
inf        true  true  true  true  true  true  true false true
nan        true  true  true  true  true  true  true  true true

greater  -inf  -max    -1    -0     0     1   max   inf   nan
-inf    false false false false false false false false false
-max     true false false false false false false false false
-1       true  true false false false false false false false
-0       true  true  true false false false false false false
0        true  true  true false false false false false false
1        true  true  true  true  true false false false false
max      true  true  true  true  true  true false false false
inf      true  true  true  true  true  true  true false false
nan     false false false false false false false false false

greater_equal  -inf  -max    -1    -0     0     1   max   inf   nan
-inf           true false false false false false false false false
-max           true  true false false false false false false false
-1             true  true  true false false false false false false
-0             true  true  true  true  true false false false false
0              true  true  true  true  true false false false false
1              true  true  true  true  true  true false false false
max            true  true  true  true  true  true  true false false
inf            true  true  true  true  true  true  true  true false
nan           false false false false false false false false false

less  -inf  -max    -1    -0     0     1   max   inf   nan
-inf false  true  true  true  true  true  true  true false
-max false false  true  true  true  true  true  true false
-1   false false false  true  true  true  true  true false
-0   false false false false false  true  true  true false
0    false false false false false  true  true  true false
1    false false false false false false  true  true false
max  false false false false false false false  true false
inf  false false false false false false false false false
nan  false false false false false false false false false

less_equal  -inf  -max    -1    -0     0     1   max   inf   nan
-inf        true  true  true  true  true  true  true  true false
-max       false  true  true  true  true  true  true  true false
-1         false false  true  true  true  true  true  true false
-0         false false false  true  true  true  true  true false
0          false false false  true  true  true  true  true false
1          false false false false false  true  true  true false
max        false false false false false false  true  true false
inf        false false false false false false false  true false
nan        false false false false false false false false false

logical_and  -inf  -max    -1    -0     0     1   max   inf   nan
-inf         true  true  true false false  true  true  true  true
-max         true  true  true false false  true  true  true  true
-1           true  true  true false false  true  true  true  true
-0          false false false false false false false false false
0           false false false false false false false false false
1            true  true  true false false  true  true  true  true
max          true  true  true false false  true  true  true  true
inf          true  true  true false false  true  true  true  true
nan          true  true  true false false  true  true  true  true

logical_or -inf -max   -1    -0     0    1  max  inf  nan
-inf       true true true  true  true true true true true
-max       true true true  true  true true true true true
-1         true true true  true  true true true true true
-0         true true true false false true true true true
0          true true true false false true true true true
1          true true true  true  true true true true true
max        true true true  true  true true true true true
inf        true true true  true  true true true true true
nan        true true true  true  true true true true true

logical_xor  -inf  -max    -1    -0     0     1   max   inf   nan
-inf        false false false  true  true false false false false
-max        false false false  true  true false false false false
-1          false false false  true  true false false false false
-0           true  true  true false false  true  true  true  true
0            true  true  true false false  true  true  true  true
1           false false false  true  true false false false false
max         false false false  true  true false false false false
inf         false false false  true  true false false false false
nan         false false false  true  true false false false false

arctan2      -inf      -max        -1        -0         0          1        max        inf nan
-inf    -2.356194 -1.570796 -1.570796 -1.570796 -1.570796  -1.570796  -1.570796 -0.7853982 nan
-max    -3.141593 -2.356194 -1.570796 -1.570796 -1.570796  -1.570796 -0.7853982         -0 nan
-1      -3.141593 -3.141593 -2.356194 -1.570796 -1.570796 -0.7853981          ?         -0 nan
-0      -3.141593 -3.141593 -3.141593 -3.141593        -0         -0         -0         -0 nan
0        3.141593  3.141593  3.141593  3.141593         0          0          0          0 nan
1        3.141593  3.141593  2.356194  1.570796  1.570796  0.7853981          ?          0 nan
max      3.141593  2.356194  1.570796  1.570796  1.570796   1.570796  0.7853982          0 nan
inf      2.356194  1.570796  1.570796  1.570796  1.570796   1.570796   1.570796  0.7853982 nan
nan           nan       nan       nan       nan       nan        nan        nan        nan nan

hypot -inf -max       -1  -0   0        1 max inf nan
-inf   inf  inf      inf inf inf      inf inf inf inf
-max   inf  inf      max max max      max inf inf nan
-1     inf  max 1.414214   1   1 1.414214 max inf nan
-0     inf  max        1   0   0        1 max inf nan
0      inf  max        1   0   0        1 max inf nan
1      inf  max 1.414214   1   1 1.414214 max inf nan
max    inf  inf      max max max      max inf inf nan
inf    inf  inf      inf inf inf      inf inf inf inf
nan    inf  nan      nan nan nan      nan nan inf nan

logaddexp -inf -max         -1        -0         0        1 max inf nan
-inf      -inf -max         -1         0         0        1 max inf nan
-max      -max -max         -1         0         0        1 max inf nan
-1          -1   -1 -0.3068528 0.3132617 0.3132617 1.126928 max inf nan
-0           0    0  0.3132617 0.6931472 0.6931472 1.313262 max inf nan
0            0    0  0.3132617 0.6931472 0.6931472 1.313262 max inf nan
1            1    1   1.126928  1.313262  1.313262 1.693147 max inf nan
max        max  max        max       max       max      max max inf nan
inf        inf  inf        inf       inf       inf      inf inf inf nan
nan        nan  nan        nan       nan       nan      nan nan nan nan

logaddexp2 -inf -max        -1        -0         0        1 max inf nan
-inf       -inf -max        -1         0         0        1 max inf nan
-max       -max -max        -1         0         0        1 max inf nan
-1           -1   -1         ? 0.5849625 0.5849625 1.321928 max inf nan
-0            0    0 0.5849625         1         1 1.584962 max inf nan
0             0    0 0.5849625         1         1 1.584962 max inf nan
1             1    1  1.321928  1.584962  1.584962        2 max inf nan
max         max  max       max       max       max      max max inf nan
inf         inf  inf       inf       inf       inf      inf inf inf nan
nan         nan  nan       nan       nan       nan      nan nan nan nan

heaviside -inf -max  -1  -0   0   1 max inf nan
-inf         0    0   0   0   0   0   0   0   0
-max         0    0   0   0   0   0   0   0   0
-1           0    0   0   0   0   0   0   0   0
-0        -inf -max  -1  -0   0   1 max inf nan
0         -inf -max  -1  -0   0   1 max inf nan
1            1    1   1   1   1   1   1   1   1
max          1    1   1   1   1   1   1   1   1
inf          1    1   1   1   1   1   1   1   1
nan        nan  nan nan nan nan nan nan nan nan

nextafter -inf -max   -1   -0    0    1  max inf nan
-inf      -inf   up   up   up   up   up   up  up nan
-max      down -max   up   up   up   up   up  up nan
-1        down down   -1   up   up   up   up  up nan
-0        down down down   -0    0   up   up  up nan
0         down down down   -0    0   up   up  up nan
1         down down down down down    1   up  up nan
max       down down down down down down  max  up nan
inf       down down down down down down down inf nan
nan        nan  nan  nan  nan  nan  nan  nan nan nan

isclose  -inf  -max    -1    -0     0     1   max   inf   nan
-inf     true false false false false false false false false
-max    false  true false false false false false false false
-1      false false  true false false false false false false
-0      false false false  true  true false false false false
0       false false false  true  true false false false false
1       false false false false false  true false false false
max     false false false false false false  true false false
inf     false false false false false false false  true false
nan     false false false false false false false false false

divide_no_nan -inf -max   -1 -0 0    1  max inf nan
-inf           nan  inf  inf  0 0 -inf -inf nan nan
-max             0    1  max  0 0 -max   -1  -0 nan
-1               0    ?    1  0 0   -1    ?  -0 nan
-0               0    0    0  0 0   -0   -0  -0 nan
0               -0   -0   -0  0 0    0    0   0 nan
1               -0    ?   -1  0 0    1    ?   0 nan
max             -0   -1 -max  0 0  max    1   0 nan
inf            nan -inf -inf  0 0  inf  inf nan nan
nan            nan  nan  nan  0 0  nan  nan nan nan

gammainc -inf -max  -1  -0   0         1 max inf nan
-inf      nan  nan nan nan nan       nan nan nan nan
-max      nan  nan nan nan nan       nan nan nan nan
-1        nan  nan nan nan nan       nan nan nan nan
-0        nan  nan nan nan nan         1   1   1 nan
0         nan  nan nan nan nan         1   1   1 nan
1         nan  nan nan   0   0 0.6321206   1   1 nan
max       nan  nan nan   0   0         0 0.5   1 nan
inf       nan  nan nan   0   0         0   0 nan nan
nan       nan  nan nan nan nan       nan nan nan nan
"""

# Rows whose name is not an op's: the op, and its arguments after x.
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "gelu_exact": ("gelu", {"approximate": False}),
    "threshold": ("threshold", {"threshold": 0.5, "default_value": -0.0}),
    "clip": ("clip", {"x_min": -1.0, "x_max": 1.0}),
    "round_2": ("round", {"decimals": 2}),
}

# Where a framework's fused function returns a different value, and any other form takes more than twice its time: the
# backend, the row, the results, the dtypes, and both times in ms for a million float32 numbers on one core.
EXCEPTIONS: tuple[tuple[str, str, dict[str, str], tuple[str, ...], str], ...] = (
    ("torch", "gelu_exact", {"max": "inf", "inf": "nan"}, ("float32", "bfloat16"), "0.22, 1.67"),
    ("torch", "hard_silu", {"max": "inf"}, ("float32", "float64", "bfloat16"), "0.09, 0.21"),
)

# Aliases: the op on the left returns what the op on the right does.
ALIASES = {
    "absolute": "abs",
    "conjugate": "conj",
    "true_divide": "divide",
    "swish": "silu",
    "hard_swish": "hard_silu",
    "bitwise_invert": "bitwise_not",
    "bitwise_left_shift": "left_shift",
    "bitwise_right_shift": "right_shift",
}

# Rows are x1, columns are exponents.
LDEXP = """
ldexp -2147483648   -1   0    1 2147483647
-inf         -inf -inf -inf -inf       -inf
-1             -0 -0.5   -1   -2       -inf
-0             -0   -0   -0   -0         -0
0               0    0    0    0          0
1               0  0.5    1    2        inf
max             0    ?  max  inf        inf
inf           inf  inf  inf  inf        inf
nan           nan  nan  nan  nan        nan
"""

# Choices by a condition keep the sign of a zero and NaN: the condition, x1, x2 and the result.
WHERE = (
    ("true", "-0", "0", "-0"),
    ("false", "-0", "0", "0"),
    ("true", "0", "-0", "0"),
    ("false", "0", "-0", "-0"),
    ("true", "1", "nan", "1"),
    ("false", "1", "nan", "nan"),
    ("true", "inf", "nan", "inf"),
    ("false", "nan", "-inf", "-inf"),
)

# `cast` of float32 to smaller floats: halfway cases round to even, and numbers beyond the largest become infinity, or
# NaN in float8_e4m3fn, which has no infinity.
CASTS = """
float32  float16 bfloat16 float8_e4m3fn float8_e5m2
-inf        -inf     -inf           nan        -inf
-1e39       -inf     -inf           nan        -inf
-1e6        -inf  -999424           nan        -inf
-0            -0       -0            -0          -0
0              0        0             0           0
1              1        1             1           1
1.0625    1.0625   1.0625             1           1
1.1875    1.1875   1.1875          1.25        1.25
448          448      448           448         448
464          464      464           448         448
465          465      464           nan         448
57344      57344    57344           nan       57344
61440      61440    61440           nan         inf
65504      65504    65536           nan         inf
65519      65504    65536           nan         inf
65520        inf    65536           nan         inf
1e6          inf   999424           nan         inf
3.3895e38    inf      max           nan         inf
3.4e38       inf      inf           nan         inf
1e39         inf      inf           nan         inf
inf          inf      inf           nan         inf
nan          nan      nan           nan         nan
"""

# `saturate_cast` of float32 clips to the dtype's range.
SATURATED = """
float32 float16 float8_e4m3fn float8_e5m2 int8 uint8
-inf       -max          -max        -max -128     0
-1e6       -max          -max        -max -128     0
-0           -0            -0          -0    0     0
1             1             1           1    1     1
1e6         max           max         max  127   255
inf         max           max         max  127   255
"""

# Integers: the op, the dtype, the operands and the result. Sums wrap around, and a division by 0 is 0, as in NumPy.
INTEGERS: tuple[tuple[str, str, tuple[int, ...], int | bool], ...] = (
    ("add", "int32", (2**31 - 1, 1), -(2**31)),
    ("subtract", "int32", (-(2**31), 1), 2**31 - 1),
    ("multiply", "int32", (2**31 - 1, 2), -2),
    ("add", "uint8", (255, 1), 0),
    ("subtract", "uint8", (0, 1), 255),
    ("negative", "int32", (-(2**31),), -(2**31)),
    ("negative", "uint8", (1,), 255),
    ("abs", "int32", (-(2**31),), -(2**31)),
    ("abs", "int8", (-128,), -128),
    ("square", "int32", (65536,), 0),
    ("sign", "int32", (-(2**31),), -1),
    ("sign", "uint8", (255,), 1),
    ("floor_divide", "int32", (7, 0), 0),
    ("floor_divide", "int32", (-7, 2), -4),
    ("mod", "int32", (7, 0), 0),
    ("mod", "int32", (-7, 2), 1),
    ("mod", "int32", (7, -2), -1),
    ("fmod", "int32", (7, 0), 0),
    ("fmod", "int32", (-7, 2), -1),
    ("power", "int32", (0, 0), 1),
    ("power", "int32", (2, 31), -(2**31)),
    ("power", "int32", (-1, 2**31 - 1), -1),
    ("maximum", "int32", (-(2**31), 2**31 - 1), 2**31 - 1),
    ("minimum", "int32", (-(2**31), 2**31 - 1), -(2**31)),
    ("equal", "int32", (2**31 - 1, 2**31 - 2), False),
    ("less", "int32", (2**31 - 2, 2**31 - 1), True),
    ("gcd", "int32", (0, 0), 0),
    ("gcd", "int32", (0, -5), 5),
    ("gcd", "int32", (-(2**31), 6), 2),
    ("lcm", "int32", (0, 5), 0),
    ("lcm", "int32", (-4, 6), 12),
    ("bitwise_and", "int32", (-1, -(2**31)), -(2**31)),
    ("bitwise_or", "int32", (1, -(2**31)), 1 - 2**31),
    ("bitwise_xor", "int32", (-1, -1), 0),
    ("bitwise_not", "int32", (0,), -1),
    ("bitwise_not", "uint8", (0,), 255),
    ("left_shift", "int32", (1, 31), -(2**31)),
    ("left_shift", "int32", (1, 32), 0),
    ("left_shift", "int32", (1, -1), 0),
    ("right_shift", "int32", (-1, 40), -1),
    ("right_shift", "int32", (1, 32), 0),
    ("right_shift", "int32", (-8, -1), -1),
    ("logical_not", "int32", (2,), False),
    ("logical_and", "int32", (2, 1), True),
)


def lines(table: str) -> list[list[str]]:
    """The cells of a table, line by line."""
    return [line.split() for line in table.strip().splitlines()]


def unary() -> tuple[list[str], dict[str, list[str]]]:
    """The arguments, and the results of each row."""
    first, *rest = lines(UNARY)
    return first[1:], {row[0]: row[1:] for row in rest}


def binary() -> dict[str, tuple[list[str], list[list[str]]]]:
    """The operands of each op, and its results, a row for each x1."""
    tables: dict[str, tuple[list[str], list[list[str]]]] = {}
    for block in BINARY.strip().split("\n\n"):
        first, *rest = lines(block)
        tables[first[0]] = first[1:], [row[1:] for row in rest]
    return tables


def ops_in_the_table() -> frozenset[str]:
    """The names of all ops that have a row."""
    rows = {CALLS[name][0] if name in CALLS else name for name in unary()[1]}
    return frozenset({*rows, *binary(), *ALIASES, *(case[0] for case in INTEGERS), "ldexp", "where", "saturate_cast"})
