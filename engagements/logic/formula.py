"""Formulas of indicators: numbers, declared names, + - * / and parentheses, nothing else.

The text is cut into tokens and read by descent; nothing is ever handed to the interpreter.
Values are exact fractions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

MAX_LENGTH: Final = 300
MAX_DEPTH: Final = 30

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z][a-z0-9_]*)|(?P<sign>[-+*/()]))"
)
_SUMS: Final = ("+", "-")
_PRODUCTS: Final = ("*", "/")


class FormulaError(ValueError):
    """A formula that cannot be read. ``position`` counts characters from 1."""

    def __init__(self, position: int) -> None:
        super().__init__(f"The formula cannot be read from character {position} on.")
        self.position = position


class MissingInputError(KeyError):
    """A name of the formula that has no value."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """An input."""

    key: str


@dataclass(frozen=True, slots=True)
class Operation:
    """``left sign right``; a leading minus is ``0 - right``."""

    sign: str
    left: "Expression"
    right: "Expression"


Expression = Number | Name | Operation


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def parse(formula: str) -> Expression:
    """The tree of a formula, with the usual precedence, left to right.

    Raises:
        FormulaError: at the first character that does not belong there.
    """
    if len(formula) > MAX_LENGTH:
        raise FormulaError(MAX_LENGTH + 1)
    reader = _Reader(_tokens(formula))
    tree = reader.sum(depth=0)
    reader.expect("end")
    return tree


def names(formula: str) -> frozenset[str]:
    """The inputs a formula needs. Raises FormulaError like `parse`."""
    return _names(parse(formula))


def keys_of(formula: str) -> tuple[str, ...]:
    """The same inputs in the order in which they first stand in the formula. Raises alike."""
    known = names(formula)
    found = dict.fromkeys(token.text for token in _tokens(formula) if token.text in known)
    return tuple(found)


def evaluate(formula: str, inputs: Mapping[str, Fraction]) -> Fraction | None:
    """Value of a formula, exact. None when a denominator is zero.

    Inputs that the formula does not use are ignored.

    Raises:
        FormulaError: like `parse`.
        MissingInputError: when an input of the formula has no value.
    """
    return value_of(parse(formula), inputs)


def value_of(tree: Expression, inputs: Mapping[str, Fraction]) -> Fraction | None:
    """Value of a tree that `parse` gave; otherwise like `evaluate`."""
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Name):
        if tree.key not in inputs:
            raise MissingInputError(tree.key)
        return Fraction(inputs[tree.key])
    left, right = value_of(tree.left, inputs), value_of(tree.right, inputs)
    return None if left is None or right is None else _combine(tree.sign, left, right)


def _names(tree: Expression) -> frozenset[str]:
    if isinstance(tree, Operation):
        return _names(tree.left) | _names(tree.right)
    return frozenset({tree.key}) if isinstance(tree, Name) else frozenset()


def _combine(sign: str, left: Fraction, right: Fraction) -> Fraction | None:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    return left / right if right else None


def _tokens(formula: str) -> list[_Token]:
    found, position, text = [], 0, formula.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise FormulaError(position + 1)
        kind = match.lastgroup
        found.append(_Token(kind, match[kind], match.start(kind) + 1))
        position = match.end()
    found.append(_Token("end", "", len(text) + 1))
    return found


class _Reader:
    """Descent over the tokens: sum > product > atom."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.index = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.index]

    def expect(self, kind: str, text: str = "") -> _Token:
        token = self.next
        if token.kind != kind or (text and token.text != text):
            raise FormulaError(token.position)
        self.index += kind != "end"
        return token

    def sum(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise FormulaError(self.next.position)
        tree = self.product(depth)
        while self.next.text in _SUMS:
            sign = self.expect("sign").text
            tree = Operation(sign, tree, self.product(depth))
        return tree

    def product(self, depth: int) -> Expression:
        tree = self.atom(depth)
        while self.next.text in _PRODUCTS:
            sign = self.expect("sign").text
            tree = Operation(sign, tree, self.atom(depth))
        return tree

    def atom(self, depth: int) -> Expression:
        token = self.next
        if token.kind == "number":
            return Number(Fraction(self.expect("number").text))
        if token.kind == "name":
            return Name(self.expect("name").text)
        if token.text == "-" and depth <= MAX_DEPTH:
            self.expect("sign")
            return Operation("-", Number(Fraction(0)), self.atom(depth + 1))
        self.expect("sign", "(")
        tree = self.sum(depth + 1)
        self.expect("sign", ")")
        return tree
