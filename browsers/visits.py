"""What visitors come for. Equal seeds and numbers plan equal visits."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from person import Person

_VISA = "Visa, accepted (4242)"
_MASTERCARD = "Mastercard, accepted (4444)"
_DECLINED = "Visa, declined (0002)"
_MISTYPED = "4242424242424241"
_RIGHT = "4242424242424242"
_WORDS = ("lamp", "tea", "headphones", "book", "chair", "wool", "garden")


@dataclass(frozen=True)
class PlannedVisit:
    """Who comes, and what for."""

    name: str
    user: str
    visitor_class: str
    walk: Callable[[Person, str], None]
    expected: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The statuses that its requests ought to get, by step, where that is not 200."""


def planned(seed: int, number: int) -> PlannedVisit:
    """The visit with a number: most buy, some look around, some have trouble with their card."""
    chance = random.Random(f"{seed}/{number}")
    user = f"guest{chance.randrange(1000)}@example.com"
    kind = chance.random()
    if kind < 0.6:
        card = _VISA if chance.random() < 0.8 else _MASTERCARD
        return PlannedVisit("purchase", user, "normal", lambda person, email: _buy(person, email, card))
    if kind < 0.8:
        word = chance.choice(_WORDS)
        return PlannedVisit("look_around", user, "normal", lambda person, _: _look_around(person, word))
    if kind < 0.9:
        refused = {"checkout": (402,)}
        return PlannedVisit("declined", user, "error_injection", _be_declined, refused)
    return PlannedVisit("mistyped", user, "error_injection", _mistype, {"checkout": (200, 422)})


def named(email: str) -> PlannedVisit:
    """The visit of somebody whom a scenario names: who comes to buy, and tries again when it fails."""
    return PlannedVisit("purchase", email, "normal", _insist)


def step_of(method: str, path: str) -> str:
    """What a request is for, in the load generator's words."""
    place = path.split("?", 1)[0].strip("/").split("/")
    if place[0] == "products":
        return "browse" if len(place) == 1 else "product"
    if place[0] == "cart":
        return "cart" if method != "GET" else "see_cart"
    return place[0] or "other"


def _look_around(person: Person, word: str) -> None:
    person.open()
    person.read()
    person.scroll()
    person.search(word)
    person.read()
    person.go_to_department()
    person.scroll()
    person.look_at_a_product()
    person.read()


def _fill_cart(person: Person) -> None:
    """Ends in the cart, with something in it."""
    person.open()
    person.read()
    person.scroll()
    for _ in range(3):
        person.go_to_department()
        person.read()
        person.look_at_a_product()
        person.read()
        if not person.is_sold_out():
            person.put_into_cart()
            break
    person.read(0.5, 1.5)
    person.go_to_cart()
    person.read(0.5, 1.5)


def _buy(person: Person, email: str, card: str) -> None:
    _fill_cart(person)
    person.fill_in(email, card=card)
    person.place_order()
    person.read()


def _insist(person: Person, email: str) -> None:
    _fill_cart(person)
    person.fill_in(email, card=_VISA)
    if not person.place_order():
        person.read(2, 3)
        person.place_order()
    person.read(2, 4)


def _be_declined(person: Person, email: str) -> None:
    _fill_cart(person)
    person.fill_in(email, card=_DECLINED)
    person.place_order()
    person.read()


def _mistype(person: Person, email: str) -> None:
    _fill_cart(person)
    person.fill_in(email, number=_MISTYPED)
    if not person.place_order():
        person.read()
        person.fill_in(email, number=_RIGHT)
        person.place_order()
    person.read()
