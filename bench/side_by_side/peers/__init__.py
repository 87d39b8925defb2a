"""The peers, in the order of the table; each is made by a call, which may find it absent."""

from . import blosc, jax_cpu, native, numba_loops, numexpr_vm, numpy_eager, torch_eager

PEERS = {
    "numpy": numpy_eager.NumPy,
    "numexpr": numexpr_vm.NumExpr,
    "numba": numba_loops.Numba,
    "jax": jax_cpu.Jax,
    "blosc2": blosc.Blosc2,
    "torch": torch_eager.Torch,
    "ndarray": native.rust("ndarray", "ndarray", "ndarray"),
    "par_azip": native.rust("ndarray par_azip!", "par_azip", "ndarray"),
    "nalgebra": native.rust("nalgebra", "nalgebra", "nalgebra"),
    "faer": native.rust("faer zip!", "faer", "faer"),
    "eigen": native.cpp("Eigen", "eigen"),
    "armadillo": native.cpp("Armadillo", "armadillo"),
    "octave": native.Octave,
}
