"""A client that leaves stops the work."""

from probe.leaving import measure
from probe.pictures import picture
from probe.server import Server


def test_a_client_that_leaves_costs_at_most_200_ms_of_processor_time(server: Server) -> None:
    costs = measure(server, picture(640, 480), 9, seed=1)
    assert costs, "every answer came before its client left"
    assert all(cost.processor <= 0.2 for cost in costs), costs
