"""The storefront's journeys, on a large screen and on a phone, in light and dark mode."""

from __future__ import annotations

import pytest
from running_suite import RunningSuite
from selenium.webdriver.common.keys import Keys

from conftest import OpenShop
from storefront import DESKTOP, PHONE

_BOOK = "atlas-of-tea"
_LAMP = "lumen-lamp"


def test_somebody_looks_around_searches_adds_and_buys(open_shop: OpenShop) -> None:
    shop = open_shop()
    everything = shop.products()
    assert len(everything) == 30
    assert shop.services() == {
        "inventory-service": "ok",
        "payment-service": "ok",
        "sample-ecommerce-app": "ok",
    }
    shop.department("books")
    assert _BOOK in shop.products() and len(shop.products()) < len(everything)
    shop.search("lamp")
    assert _LAMP in shop.products()
    shop.add(_LAMP)
    assert shop.units_in_cart() == "1"
    shop.add_from_its_page(_BOOK, 2)
    assert shop.units_in_cart() == "3"
    shop.cart()
    total = shop.text("#cart-total")
    shop.pay()
    assert shop.heading() == "Thank you!"
    assert shop.text("#order-id").startswith("ord")
    assert total in shop.text(".done")
    assert shop.units_in_cart() == "0"
    shop.shoot("order")
    assert shop.complaints() == []


def test_a_search_that_finds_nothing_says_so(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.search("🦕 <b>& nothing")
    assert shop.products() == []
    assert "Nothing here matches" in shop.text("main")
    assert shop.complaints() == []


def test_every_view_has_an_address_that_opens_it(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.department("books")
    assert shop.path() == "/category/books"
    books = shop.products()
    shop.product("The Atlas of Tea")
    assert shop.path() == f"/product/{_BOOK}" and shop.title() == "The Atlas of Tea · Faultline"
    shop.search("50 % / lamp?")
    searched = shop.path()
    shop.reload()
    assert shop.heading() == "Results for “50 % / lamp?”"
    shop.back()
    shop.back()
    assert shop.path() == "/category/books" and shop.products() == books
    for view, heading in {
        "category/books": "Books",
        f"product/{_BOOK}": "The Atlas of Tea",
        searched[1:]: "Results for “50 % / lamp?”",
        "basket": "Your cart",
        "order/ord_1": "Thank you!",
    }.items():
        shop.open(view)
        assert shop.heading() == heading
    assert shop.complaints() == []


def test_back_returns_to_where_one_was(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.scroll(700)
    shop.product("The Atlas of Tea")
    assert shop.scrolled() == 0
    shop.back()
    shop.wait_for_scroll(700)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("view", ["", "category/books", f"product/{_BOOK}", "basket"])
def test_what_is_in_sight_keeps_its_place_while_the_page_loads(
    open_shop: OpenShop, size: tuple[int, int], view: str
) -> None:
    shop = open_shop(size, view=view)
    assert shop.services()
    assert shop.layout_shift() < 0.1


def test_a_page_that_nobody_touches_does_not_change(open_shop: OpenShop) -> None:
    shop = open_shop()
    assert set(shop.services().values()) == {"ok"}
    shop.count_changes()
    shop.wait_for_health(2)
    assert shop.changes()["page"] == 0


def test_a_declined_card_is_told_and_the_cart_stays(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.add(_LAMP)
    shop.cart()
    shop.pay(test_card="Visa, declined (0002)")
    assert "declined" in shop.message() and "trace" in shop.message()
    assert shop.units_in_cart() == "1"
    shop.shoot("declined")
    assert all("402" in complaint for complaint in shop.complaints())


def test_what_a_cart_cannot_take_is_told_in_a_sentence(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.add_from_its_page(_BOOK, quantity=60)
    shop.fill("#quantity", "60")
    shop.press(Keys.TAB, Keys.ENTER)
    shop.wait_for_message("A cart holds at most 100 units of one product.")
    assert shop.message().startswith("A cart holds")
    assert all("409" in complaint for complaint in shop.complaints())


def test_a_mistyped_card_number_is_told_beside_its_field(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.add(_LAMP)
    shop.cart()
    shop.pay(number="4242424242424241")
    assert "check digit" in shop.text("#number-error")
    shop.shoot("mistyped")
    assert all("422" in complaint for complaint in shop.complaints())


def test_a_failure_of_the_shop_is_told_with_its_trace(suite: RunningSuite, open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.add(_BOOK)
    shop.cart()
    suite.arm("SAMPLE_APP_ADMIN_PORT", "bad_release", 60, 1)
    try:
        shop.pay()
    finally:
        suite.disarm("SAMPLE_APP_ADMIN_PORT", "bad_release")
    assert "Failed to place order" in shop.message() and "trace" in shop.message()
    assert shop.units_in_cart() == "1"
    shop.shoot("failed")


def test_the_keyboard_is_enough(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.press(Keys.TAB)
    assert shop.focus() == "Skip to the products"
    shop.press(Keys.ENTER, Keys.TAB)
    assert shop.focus() == "Aurora Wireless Headphones"
    shop.press(Keys.TAB)
    assert shop.focus() == "Add Aurora Wireless Headphones to the cart"
    shop.press(Keys.ENTER)
    shop.wait_for_message("is in your cart")
    assert shop.units_in_cart() == "1"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_is_in_the_way_of_anybody(open_shop: OpenShop, size: tuple[int, int], scheme: str) -> None:
    shop = open_shop(size, scheme)
    name = f"{'phone' if size == PHONE else 'desktop'}-{scheme}"

    def look(view: str) -> None:
        shop.shoot(f"{name}-{view}")
        assert shop.barriers() == [], view
        assert shop.width_overflow() <= 0, view

    look("products")
    shop.add(_LAMP)
    look("message")
    shop.open(f"product/{_BOOK}")
    look("product")
    shop.add_from_its_page(_BOOK, 2)
    shop.cart()
    look("cart")
    shop.pay(number="4242424242424241")
    look("mistyped")
    shop.complaints()
    shop.pay(number="4242424242424242")
    assert shop.heading() == "Thank you!"
    look("order")
    assert shop.complaints() == []
