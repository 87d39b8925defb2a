"""JAX on the CPU: the formula compiled by XLA."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp

from .inside import Inside
from .numpy_eager import FUNCTIONS

jax.config.update("jax_enable_x64", True)


class Jax(Inside):
    name, version = "JAX", jax.__version__

    def make(self, variant, arrays):
        case = variant.case
        names = {name: getattr(jnp, name) for name in FUNCTIONS if hasattr(jnp, name)}
        value = eval(f"lambda {', '.join(arrays)}: {case.expression}", names)

        def whole(*operands):
            if case.fold is None:
                return value(*operands)
            result = getattr(jnp, case.fold.name)(value(*operands), axis=case.fold.axis)
            return jnp.sqrt(result) if case.fold.root else result

        compiled, operands = jax.jit(whole), [jnp.asarray(array) for array in arrays.values()]
        return {"fresh": lambda: compiled(*operands).block_until_ready()}
