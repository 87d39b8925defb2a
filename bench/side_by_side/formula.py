"""A formula written once, as a Python expression, and its text in the notations of the peers.

Names are operands, numbers are of the operands' precision; `abs exp sin tanh log1p where clip` are functions.
"""

import ast
from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Dialect:
    """How a notation writes operators (by the name of the syntax node), functions, numbers and operands. The function
    `transpose` is given the bare name of an operand."""

    operators: dict
    function: Callable[[str, list], str]
    number: Callable[[float], str] = repr
    name: Callable[[str], str] = str


def write(expression: str, dialect: Dialect) -> str:
    """The expression in a dialect, with every operation in brackets."""

    def text(node: ast.AST) -> str:
        match node:
            case ast.Expression(body=body):
                return text(body)
            case ast.BinOp(left=left, op=ast.Pow(), right=right) if "Pow" not in dialect.operators:
                return dialect.function("pow", [text(left), text(right)])
            case ast.BinOp(left=left, op=op, right=right):
                return f"({text(left)} {dialect.operators[type(op).__name__]} {text(right)})"
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"(-{text(operand)})"
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return dialect.function(name, [text(argument) for argument in arguments])
            case ast.Constant(value=value):
                return dialect.number(value)
            case ast.Attribute(value=ast.Name(id=name), attr="T"):
                return dialect.function("transpose", [name])
            case ast.Name(id=name):
                return dialect.name(name)
        raise ValueError(f"{expression}: {ast.dump(node)}")

    return text(ast.parse(expression, mode="eval"))


def call(name: str, arguments: list) -> str:
    """The usual way to write a function."""
    return f"{name}({', '.join(arguments)})"


PYTHON = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "Pow": "**"}


def outermost(expression: str) -> tuple:
    """The last operation as a ufunc's name and the texts of its arguments, so that it can write into a result."""
    ufuncs = {"Add": "add", "Sub": "subtract", "Mult": "multiply", "Div": "divide", "Pow": "power"}
    node = ast.parse(expression, mode="eval").body
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return ufuncs[type(op).__name__], [ast.unparse(left), ast.unparse(right)]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return name, [ast.unparse(argument) for argument in arguments]
    raise ValueError(expression)
