"""One catalogue record of the demo: the order of its keys."""

from __future__ import annotations

from demo_world import World


def test_the_two_key_orders_of_python_2_are_kept(world: World) -> None:
    orders = {tuple(record) for record in world.games}
    assert any(
        order[:2] == ("app_name", "tags") or order[:3] == ("app_name", "sentiment", "tags")
        for order in orders
    )
    assert any(order[0] == "publisher" and order[-1] == "developer" for order in orders)
